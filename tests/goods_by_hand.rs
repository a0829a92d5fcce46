//! Kits, substitutes, stock kept for channels and refusals: one optimum each by construction, through the ordinary files.

mod support;

use support::case::{Case, ORDERS, RATES, STOCK, case, said, told};

const KITS: &str = "kit_sku,component_sku,quantity,assembly_cost";

/// One order of two kits of a cup and two spoons.
fn kits(stock: &str) -> Case {
    case()
        .with("orders", ORDERS, "o1,kit,2,20,z")
        .with("kits", KITS, "kit,cup,1,1\nkit,spoon,2,")
        .with("inventory", STOCK, stock)
}

#[test]
fn a_kit_is_made_from_its_components_at_one_location() {
    kits("near,cup,2\nnear,spoon,4").ships(&["o1/1 nearx2 made"], 3500);
    // Three spoons make one kit, and spoons at another location make none here.
    kits("near,cup,2\nnear,spoon,3\nfar,spoon,9").ships(&["o1/1 nearx1 made"], 1600);
    kits("near,cup,2\nfar,spoon,9").ships(&[], 0);
}

#[test]
fn ready_made_kits_save_the_making_and_both_go_in_one_shipment() {
    kits("near,kit,5\nnear,cup,2\nnear,spoon,4").ships(&["o1/1 nearx2"], 3700);
    kits("near,kit,1\nnear,cup,2\nnear,spoon,4").ships(&["o1/1 nearx1", "o1/1 nearx1 made"], 3600);
}

#[test]
fn components_are_shared_with_those_who_order_them() {
    // A spoon alone brings 10 or 9 less 3; two of them are in a kit that brings 20 less 3 and 1.
    let order = "o1,kit,1,20,z\no2,spoon,1,10,z\no3,spoon,1,9,z";
    let shared = |spoons: u32| {
        kits(&format!("near,cup,1\nnear,spoon,{spoons}")).with("orders", ORDERS, order)
    };
    shared(2).ships(&["o1/1 nearx1 made"], 1600);
    shared(3).ships(&["o1/1 nearx1 made", "o2/1 nearx1"], 2300);
}

#[test]
fn a_kit_weighs_what_its_components_weigh() {
    let products = "sku,weight_g\ncup,400\nspoon,50";
    let rates = "carrier,service,origin,destination_zone,min_weight_g,max_weight_g,base_cost";
    let by_weight = |product: &str| {
        kits("near,cup,2\nnear,spoon,4")
            .with(
                "products",
                "sku,weight_g",
                &format!("cup,400\nspoon,50{product}"),
            )
            .with(
                "carrier_rates",
                rates,
                "van,day,*,*,0,999,3\nvan,day,*,*,999,,7",
            )
    };
    assert!(products.contains("cup"));
    by_weight("").ships(&["o1/1 nearx2 made"], 3100);
    by_weight("\nkit,450").ships(&["o1/1 nearx2 made"], 3500);
}

#[test]
fn something_else_is_sent_where_the_customer_agrees() {
    let orders = "order_id,sku,quantity,unit_price,destination_zone,substitution";
    let substitutes = "sku,substitute_sku,cost_per_unit,needs_consent";
    let ask = |consent: &str, needs: &str| {
        case()
            .with("orders", orders, &format!("o1,red,2,20,z,{consent}"))
            .with("substitutes", substitutes, &format!("red,blue,1.5,{needs}"))
            .with("inventory", STOCK, "near,red,1\nnear,blue,9")
    };
    let both = ["o1/1 nearx1", "o1/1 nearx1 as blue"];
    ask("", "no").ships(&both, 3550);
    ask("yes", "yes").ships(&both, 3550);
    ask("", "yes").ships(&["o1/1 nearx1"], 1700);
    ask("no", "no").ships(&["o1/1 nearx1"], 1700);
}

#[test]
fn what_is_sent_instead_has_its_own_weight() {
    let rates = "carrier,service,origin,destination_zone,min_weight_g,max_weight_g,base_cost";
    case()
        .with("orders", ORDERS, "o1,red,1,20,z")
        .with("substitutes", "sku,substitute_sku", "red,blue\nred,green")
        .with("products", "sku,weight_g", "red,100\nblue,900\ngreen,300")
        .with("inventory", STOCK, "near,blue,9\nnear,green,9")
        .with(
            "carrier_rates",
            rates,
            "van,day,*,*,0,500,3\nvan,day,*,*,500,,7",
        )
        .ships(&["o1/1 nearx1 as green"], 1700);
}

#[test]
fn stock_kept_for_a_channel_waits_for_it() {
    let orders = "order_id,sku,quantity,unit_price,destination_zone,channel";
    let reserves = "location_id,sku,channel,quantity";
    let two = "w1,a,1,50,z,web\nb1,a,1,20,z,b2b";
    let one = |stock: &str, kept: &str| {
        case()
            .with("orders", orders, two)
            .with("inventory", STOCK, stock)
            .with("channel_reserves", reserves, kept)
    };
    // One unit: the better price gets it, unless it is kept for the other channel.
    case()
        .with("orders", orders, two)
        .with("inventory", STOCK, "near,a,1")
        .ships(&["w1/1 nearx1"], 4700);
    one("near,a,1", "near,a,b2b,1").ships(&["b1/1 nearx1"], 1700);
    one("near,a,1", "*,*,b2b,1").ships(&["b1/1 nearx1"], 1700);
    one("near,a,2", "*,*,b2b,1").ships(&["b1/1 nearx1", "w1/1 nearx1"], 6400);
    // A row for the SKU comes before one for all.
    one("near,a,1", "*,*,b2b,1\n*,a,web,1").ships(&["w1/1 nearx1"], 4700);
    // What a channel was given before is no longer kept for it.
    let before =
        "order_id,line_id,sku,location_id,leaves_at,quantity,shipment_id,carrier,service,status";
    let released = "b1,1,a,near,2026-11-23T18:00,1,b1-1,van,day,released";
    one("near,a,2", "near,a,b2b,1")
        .with("previous", before, released)
        .ships(&["w1/1 nearx1"], 4700);
    // What the other channel leaves of its part is not for all.
    let web_only = "w1,a,2,50,z,web";
    one("near,a,3", "near,a,b2b,2")
        .with("orders", orders, web_only)
        .ships(&["w1/1 nearx1"], 4700);
}

#[test]
fn a_location_that_declined_is_not_asked_again() {
    let rejections = "order_id,line_id,location_id,reason";
    case()
        .with("rejections", rejections, "o1,1,near,not found")
        .ships(&["o1/1 farx1"], 1500);
    case()
        .with(
            "rejections",
            rejections,
            "o1,,near,closed\no1,,far,closed\ngone,1,near,",
        )
        .ships(&[], 0);
    case()
        .with("orders", ORDERS, "o1,a,1,20,z\no2,a,1,20,z")
        .with("rejections", rejections, "o2,1,near,")
        .ships(&["o1/1 nearx1", "o2/1 farx1"], 3200);
}

#[test]
fn a_line_of_whole_cases_is_split_by_whole_cases() {
    let orders = "order_id,sku,quantity,unit_price,destination_zone,line_max_shipments";
    let split = |quantity: u32, units: u32, far: u32| {
        case_of(&format!("o1,a,{quantity},20,z,2"), orders)
            .with("products", "sku,units_per_case", &format!("a,{units}"))
            .with("inventory", STOCK, &format!("near,a,5\nfar,a,{far}"))
    };
    // Cases of two, where five and three units would do as well.
    split(8, 2, 5).ships(&["o1/1 farx4", "o1/1 nearx4"], 15_200);
    split(12, 4, 9).ships(&["o1/1 farx8", "o1/1 nearx4"], 23_200);
    split(12, 6, 9).ships(&["o1/1 farx6"], 11_500);
    // Thirteen units are no whole cases of four: any units do.
    split(13, 4, 8).ships(&["o1/1 farx8", "o1/1 nearx5"], 25_200);
}

fn case_of(rows: &str, header: &str) -> Case {
    case().with("orders", header, rows)
}

#[test]
fn goods_that_cannot_be_meant_are_told() {
    let stock = "near,cup,2\nnear,spoon,4\nnear,a,1";
    let kit = |rows: &str| kits(stock).with("kits", KITS, rows);
    told(
        &kit("kit,box,1,\nbox,cup,1,"),
        "a component is a kit itself",
    );
    told(&kit("kit,fork,1,"), "expected a value of `products.sku`");
    told(
        &kit("kit,cup,1,1\nkit,spoon,1,2"),
        "row 2 gives another cost for the same kit",
    );
    told(
        &kit("kit,cup,1,1\nkit,cup,2,1"),
        "row 2 has the same kit_sku, component_sku",
    );
    let substitutes = |rows: &str| kits(stock).with("substitutes", "sku,substitute_sku", rows);
    told(&substitutes("cup,cup"), "a product does not replace itself");
    told(
        &substitutes("cup,fork"),
        "expected a value of `products.sku`",
    );
    told(&substitutes("cup,spoon\nspoon,cup"), "in a circle");
    told(&substitutes("cup,spoon\nspoon,a\na,cup"), "in a circle");
    let reserves = "location_id,sku,channel,quantity";
    let keep = |rows: &str| kits(stock).with("channel_reserves", reserves, rows);
    told(
        &keep("moon,*,web,1"),
        "expected a value of `location_costs.location_id`",
    );
    told(&keep("near,fork,web,1"), "the row keeps nothing");
    told(
        &keep("near,cup,web,9"),
        "only 2 units are left to keep for it at near",
    );
    let many = ["a", "b", "c", "d", "e"].map(|channel| format!("near,cup,{channel},1"));
    told(
        &keep(&many.join("\n")),
        "more than 4 channels keep units of one stock",
    );
    let rejections = "order_id,line_id,location_id";
    let declined = |rows: &str| kits(stock).with("rejections", rejections, rows);
    told(
        &declined("o1,1,moon"),
        "expected a value of `location_costs.location_id`",
    );
    told(&declined("o1,7,near"), "the order has no such line");
}

#[test]
fn names_that_nothing_else_has_are_told_once() {
    let stock = "near,cup,2\nnear,spoon,4\nnear,a,1";
    let with = |table, header, rows: &str| kits(stock).with(table, header, rows);
    // Without products, a kit that nobody orders today is a matter of course.
    let alone = with("kits", KITS, "kit,cup,1,\nkti,cup,1,\nkti,spoon,1,");
    assert!(!said(&alone).contains("kti"));
    told(
        &alone.with("products", "sku", "cup\nspoon"),
        "\"kti\", no order, product or stock has this SKU; so it is in one row more",
    );
    told(
        &with("substitutes", "sku,substitute_sku", "pcu,spoon").with("products", "sku", "cup"),
        "\"pcu\", no order, product or stock has this SKU",
    );
    told(
        &with(
            "channel_reserves",
            "location_id,sku,channel,quantity",
            "near,cup,wbe,1",
        ),
        "what is kept for it serves nobody",
    );
    told(
        &with(
            "rejections",
            "order_id,line_id,location_id",
            "o9,1,near\no8,1,near\no8,2,near",
        ),
        "no such order is to be planned: the row means nothing; so it is in 2 rows more",
    );
    let returns = "return_id,sku,quantity,zone";
    told(
        &with("returns", returns, "r1,pcu,1,z"),
        "no order, product or stock has this SKU",
    );
    told(&with("returns", returns, "r1,cup,1,y"), "nobody carries it");
}

#[test]
fn no_unit_is_sent_in_two_parcels() {
    let parcels = |orders: &str, products: &str| {
        case()
            .with("orders", ORDERS, orders)
            .with("products", "sku,weight_g", products)
            .with("inventory", STOCK, "near,a,9\nnear,b,9")
            .with("carriers", "carrier,service,max_parcels", "van,day,2")
            .with(
                "carrier_rates",
                RATES,
                "van,day,*,*,0,5000,3\nvan,day,*,*,5000,10000,15",
            )
    };
    // In halves it would go for 6.
    parcels("o1,a,1,20,z", "a,5200\nb,1").ships(&["o1/1 nearx1"], 500);
    parcels("o1,a,2,20,z", "a,4000\nb,1").ships(&["o1/1 nearx2"], 3400);
    // Two parcels of 4 kg, where one unit weighs 7.
    let both = parcels("o1,a,1,20,z\no1,b,1,20,z", "a,7000\nb,1000");
    both.ships(&["o1/1 nearx1", "o1/2 nearx1"], 2500);
    // More than the card knows, and no unit could be parted.
    parcels("o1,a,1,20,z", "a,10001\nb,1").ships(&[], 0);
}
