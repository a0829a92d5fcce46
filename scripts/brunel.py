#!/usr/bin/env python3
"""Writes the outbound network of Dzalbs & Kalganova (Brunel University London) as a consign dataset.

    python3 scripts/brunel.py SRC_DIR OUT_DIR
    consign plan OUT_DIR/scenario.toml

SRC_DIR holds the tables as published: OrderList, FreightRates, PlantPorts, ProductsPerPlant,
VmiCustomers, WhCapacities, WhCosts (.csv). OUT_DIR gets orders, products, inventory,
location_costs, carrier_rates and waves (.csv) and scenario.toml. Only the Python standard library.

Known answer, with AIR lanes only: at most 2,410 of the 9,215 orders ship, and the least cost at that
number is 1,165,838.6587. docs/brunel.md says rule by rule why the mapping is exact:

- an order is one unit of a SKU of its own, so it ships whole or not at all;
- a plant stocks one unit of it if it has the product, a capacity, and serves the customer;
- cost of goods there = unit quantity x the plant's cost per unit; picking costs nothing;
- capacity = shipments in the only wave of the day;
- the order's service level is the only carrier service it allows;
- a plant's zone is the set of its ports; a freight rate is a weight band from every such zone;
- `CRF` orders are collected: a service of that name, free, from anywhere.
"""

import csv
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

MICRO = Decimal("0.000001")
MILLIGRAM = Decimal("0.001")  # in grams
COLLECTED = "CRF"

SCENARIO = """\
# Fill as many orders as possible, then least cost. Prices are zero, so that profit is minus the cost.
name = "brunel"
data = "."
as_of = "2013-05-26T00:00"
horizon_days = 1
currency = "USD"
time_zone = "UTC"

[objective]
maximise = "service"
fill = "units"
tolerance = 0.0
unfilled_cost = 0.0
late_cost_per_day = 0.0

[splits]
max_shipments = 1
line_max_shipments = 1

[solver]
mip_gap = 0.0
time_limit = "10min"
seed = 1
"""


def read(folder, table):
    """Rows with blanks around names and values taken off."""
    with open(folder / f"{table}.csv", encoding="utf-8-sig", newline="") as file:
        return [{name.strip(): value.strip() for name, value in row.items()} for row in csv.DictReader(file)]


def write(folder, table, columns, rows):
    with open(folder / f"{table}.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.split())
        writer.writerows(rows)


def text(value):
    """Plain decimal text without needless zeros."""
    return format(value, "f").rstrip("0").rstrip(".") if "." in format(value, "f") else format(value, "f")


def to_money(value):
    return value.quantize(MICRO, rounding=ROUND_HALF_UP)


def to_grams(kilograms):
    return (Decimal(kilograms) * 1000).quantize(MILLIGRAM, rounding=ROUND_HALF_UP)


def grouped(rows, key, value):
    groups = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row[value])
    return groups


def serving_plants(source):
    """For an order row, the plants that may ship it."""
    capacities = {row["Plant ID"] for row in read(source, "WhCapacities")}
    plants_of_product = grouped(read(source, "ProductsPerPlant"), "Product ID", "Plant Code")
    customers_of_plant = grouped(read(source, "VmiCustomers"), "Plant Code", "Customers")

    def plants(order):
        return sorted(
            plant
            for plant in set(plants_of_product.get(order["Product ID"], ()))
            if plant in capacities
            and (plant not in customers_of_plant or order["Customer"] in customers_of_plant[plant])
        )

    return plants


def location_rows(source, zone_of_plant):
    for row in sorted(read(source, "WhCapacities"), key=lambda row: row["Plant ID"]):
        plant = row["Plant ID"]
        yield plant, "warehouse", zone_of_plant.get(plant, ""), row["Daily Capacity"]


def freight_bands(source, zone_of_plant):
    """Bands of every origin zone: (carrier, service, zone, destination, low, high, minimum, per kg, days).

    Rows of one carrier that overlap (other port, other transit time) become services of `carrier#2`,
    `carrier#3`, … so that no two bands of a lane overlap and the cheapest can still be chosen.
    """
    lanes = {}
    for row in read(source, "FreightRates"):
        if row["mode_dsc"] != "AIR":
            continue
        low, high = to_grams(row["minm_wgh_qty"]), to_grams(row["max_wgh_qty"])
        if low > 0:
            low -= MILLIGRAM  # published bands are closed, ours are open below
        band = (low, high, to_money(Decimal(row["minimum cost"])), to_money(Decimal(row["rate"])),
                int(row["tpt_day_cnt"]))
        for zone in sorted(set(zone_of_plant.values())):
            if row["orig_port_cd"] in zone.split("+"):
                lane = (row["Carrier"], row["svc_cd"], zone, row["dest_port_cd"])
                lanes.setdefault(lane, set()).add(band)
    for (carrier, service, zone, destination), bands in sorted(lanes.items()):
        reached = []  # upper edge of each layer so far
        for band in sorted(bands):
            layer = next((n for n, edge in enumerate(reached) if edge <= band[0]), len(reached))
            reached[layer:layer + 1] = [band[1]]
            name = carrier if layer == 0 else f"{carrier}#{layer + 1}"
            yield name, service, zone, destination, *band


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: brunel.py SRC_DIR OUT_DIR")
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    orders = sorted(read(source, "OrderList"), key=lambda order: order["Order ID"])
    plants_of = serving_plants(source)
    unit_cost = {row["WH"]: Decimal(row["Cost/unit"]) for row in read(source, "WhCosts")}
    zone_of_plant = {
        plant: "+".join(sorted(ports))
        for plant, ports in grouped(read(source, "PlantPorts"), "Plant Code", "Port").items()
    }

    write(out, "orders", "order_id sku quantity destination_zone services", (
        (order["Order ID"], order["Order ID"], 1, order["Destination Port"], order["Service Level"])
        for order in orders))
    write(out, "products", "sku name weight_g", (
        (order["Order ID"], order["Product ID"], text(to_grams(order["Weight"]))) for order in orders))
    write(out, "inventory", "location_id sku on_hand unit_cost", (
        (plant, order["Order ID"], 1, text(to_money(Decimal(order["Unit quantity"]) * unit_cost[plant])))
        for order in orders for plant in plants_of(order)))
    write(out, "location_costs", "location_id kind zone capacity_shipments", location_rows(source, zone_of_plant))
    rates = [(carrier, service, zone, destination, text(low), text(high), text(minimum), text(per_kg), days)
             for carrier, service, zone, destination, low, high, minimum, per_kg, days
             in freight_bands(source, zone_of_plant)]
    rates.append(("customer", COLLECTED, "*", "*", "0", "", "0", "0", 0))
    write(out, "carrier_rates", "carrier service origin destination_zone min_weight_g max_weight_g"
                                " min_charge cost_per_kg transit_days", rates)
    write(out, "waves", "location_id cutoff name", [("*", "18:00", "day")])
    (out / "scenario.toml").write_text(SCENARIO, encoding="utf-8")


if __name__ == "__main__":
    main()
