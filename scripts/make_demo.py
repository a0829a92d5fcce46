#!/usr/bin/env python3
"""Writes data/demo: one night of an invented French omnichannel retailer.

    python3 scripts/make_demo.py [OUT_DIR]

Only the Python standard library; the same bytes on every run (own draws from one seed, no set
iteration, no clock). Real are the cities (data/facts), all else is invented. The data are meant
to be planned as of Monday 2026-11-23 05:00, Europe/Paris, two days ahead.

What makes the night interesting, on purpose:
- a fifth of the wanted SKUs are scarce: less stock than demand, or none where it is cheap to pick;
- lines of one order lie in different places, and a hub near Orléans can merge them;
- the Lille warehouse is the cheapest and has fewer hands than work, with some overtime;
- stores hold what warehouses lack, pick dearly and pack few parcels a wave;
- some wishes cannot be met at all: each must come back with its reason.

The last step reads the written files again and asserts keys, references, bands and shares.
"""

import csv
import math
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FACTS = ROOT / "data" / "facts"
SEED = 20261123
ORDERS = 2000
AS_OF = datetime(2026, 11, 23, 5, 0)

REGIONS = {
    "IDF": "75 77 78 91 92 93 94 95",
    "HDF": "02 59 60 62 80",
    "GES": "08 10 51 52 54 55 57 67 68 88",
    "NOR": "14 27 50 61 76",
    "BRE": "22 29 35 56",
    "PDL": "44 49 53 72 85",
    "CVL": "18 28 36 37 41 45",
    "BFC": "21 25 39 58 70 71 89 90",
    "ARA": "01 03 07 15 26 38 42 43 63 69 73 74",
    "NAQ": "16 17 19 23 24 33 40 47 64 79 86 87",
    "OCC": "09 11 12 30 31 32 34 46 48 65 66 81 82",
    "PAC": "04 05 06 13 83 84",
    "COR": "20",
}
REGION_OF = {dept: region for region, depts in REGIONS.items() for dept in depts.split()}
# Fleche knows five zones of its own and does not serve Corsica.
FLECHE_ZONES = {
    "FL-IDF": ["IDF"],
    "FL-NE": ["HDF", "GES"],
    "FL-NO": ["NOR", "BRE", "PDL", "CVL"],
    "FL-SE": ["ARA", "BFC", "PAC"],
    "FL-SO": ["NAQ", "OCC"],
}
FLECHE_OF = {region: zone for zone, regions in FLECHE_ZONES.items() for region in regions}
FLECHE_DISTANCE = {  # 1 near, 2 national, 3 far
    ("FL-IDF", "FL-NE"): 2, ("FL-IDF", "FL-NO"): 2, ("FL-IDF", "FL-SE"): 3, ("FL-IDF", "FL-SO"): 3,
    ("FL-NE", "FL-NO"): 2, ("FL-NE", "FL-SE"): 3, ("FL-NE", "FL-SO"): 3,
    ("FL-NO", "FL-SE"): 3, ("FL-NO", "FL-SO"): 2, ("FL-SE", "FL-SO"): 2,
}

# name, low and high price, low and high weight (g), box (mm), handling, ship alone
CATALOGUE = {
    "cookware": ("CK", 0.55, [
        ("Poêle 28 cm", 24, 59, 900, 1700, (480, 300, 80), "", False),
        ("Casserole inox 18 cm", 22, 49, 800, 1400, (340, 200, 130), "", False),
        ("Cocotte en fonte 26 cm", 79, 189, 4200, 5600, (360, 290, 200), "", False),
        ("Bouilloire électrique 1,7 L", 29, 69, 1000, 1500, (240, 220, 260), "", False),
        ("Grille-pain deux fentes", 27, 65, 1300, 2100, (320, 190, 210), "", False),
        ("Mixeur plongeant", 25, 79, 700, 1200, (410, 110, 110), "", False),
        ("Planche à découper en hêtre", 15, 35, 900, 1900, (420, 290, 30), "", False),
        ("Couteau de chef 20 cm", 19, 89, 180, 320, (380, 80, 30), "", False),
    ]),
    "glass": ("GL", 0.48, [
        ("Verres à vin, lot de six", 18, 54, 1200, 1900, (330, 230, 240), "fragile", False),
        ("Carafe soufflée", 22, 49, 700, 1200, (150, 150, 320), "fragile", False),
        ("Vase en verre teinté", 19, 79, 900, 2600, (200, 200, 340), "fragile", False),
        ("Saladier en verre", 14, 29, 900, 1600, (280, 280, 140), "fragile", False),
        ("Lampe de chevet en céramique", 35, 99, 1400, 2600, (260, 260, 420), "fragile", False),
        ("Miroir rond 60 cm", 49, 129, 3800, 5600, (680, 680, 60), "fragile", True),
        ("Théière en porcelaine", 25, 59, 600, 1100, (240, 160, 170), "fragile", False),
    ]),
    "linen": ("LN", 0.45, [
        ("Housse de couette 240 x 220", 49, 129, 1400, 2200, (380, 300, 80), "", False),
        ("Drap-housse 160 x 200", 24, 59, 600, 1000, (320, 250, 50), "", False),
        ("Serviettes éponge, lot de deux", 17, 39, 700, 1200, (350, 280, 90), "", False),
        ("Plaid en laine", 39, 119, 900, 1500, (380, 300, 110), "", False),
        ("Coussin 45 x 45", 15, 39, 450, 750, (450, 450, 120), "", False),
        ("Rideau occultant", 29, 69, 900, 1700, (360, 280, 70), "", False),
        ("Couette légère 220 x 240", 49, 149, 1800, 2600, (550, 400, 250), "", False),
    ]),
    "toys": ("TY", 0.52, [
        ("Puzzle mille pièces", 12, 25, 550, 850, (360, 260, 60), "", False),
        ("Jeu de société familial", 19, 45, 800, 1600, (300, 300, 70), "", False),
        ("Circuit de train en bois", 29, 89, 1800, 3200, (480, 330, 120), "", False),
        ("Peluche ours 40 cm", 15, 39, 350, 700, (400, 260, 200), "", False),
        ("Briques à assembler, 500 pièces", 29, 79, 700, 1500, (380, 260, 70), "", False),
        ("Dînette en bois", 19, 49, 900, 1700, (340, 260, 120), "", False),
        ("Draisienne", 49, 99, 3200, 4400, (760, 380, 180), "", False),
        ("Marionnettes à doigts", 9, 19, 90, 180, (220, 160, 30), "", False),
    ]),
    "books": ("BK", 0.62, [
        ("Roman grand format", 17, 24, 380, 650, (230, 150, 30), "", False),
        ("Roman de poche", 7, 11, 160, 330, (180, 110, 22), "", False),
        ("Bande dessinée cartonnée", 13, 25, 500, 900, (320, 230, 14), "", False),
        ("Beau livre illustré", 29, 59, 1300, 2700, (320, 270, 35), "", False),
        ("Livre de cuisine", 19, 35, 700, 1500, (280, 220, 25), "", False),
        ("Album jeunesse", 9, 17, 280, 520, (300, 240, 12), "", False),
        ("Guide de randonnée", 13, 22, 250, 420, (210, 120, 18), "", False),
    ]),
    "beauty": ("BT", 0.42, [
        ("Savon de Marseille, lot de quatre", 9, 19, 420, 650, (180, 140, 60), "", False),
        ("Crème hydratante 50 ml", 15, 49, 110, 190, (80, 80, 70), "", False),
        ("Huile sèche 100 ml", 19, 39, 190, 280, (70, 60, 160), "", False),
        ("Eau de parfum 50 ml", 39, 99, 220, 340, (110, 60, 140), "fragile", False),
        ("Coffret de soins", 25, 69, 480, 900, (280, 220, 90), "", False),
        ("Sèche-cheveux", 29, 99, 600, 1000, (270, 230, 100), "", False),
        ("Brosse à dents électrique", 35, 119, 350, 600, (250, 120, 80), "", False),
    ]),
    "sport": ("SP", 0.54, [
        ("Tapis de yoga", 19, 59, 1000, 2300, (660, 140, 140), "", False),
        ("Haltères 2 x 5 kg", 29, 59, 10200, 10600, (360, 240, 170), "", False),
        ("Sac à dos de randonnée 30 L", 45, 119, 900, 1500, (560, 320, 180), "", False),
        ("Gourde isotherme 750 ml", 17, 35, 320, 450, (90, 90, 290), "", False),
        ("Chaussures de trail", 69, 139, 650, 950, (340, 220, 130), "", False),
        ("Veste coupe-vent", 49, 129, 320, 600, (340, 280, 60), "", False),
        ("Raquettes à neige", 79, 149, 2100, 2900, (700, 260, 180), "", False),
        ("Rameur d'appartement", 249, 449, 24000, 29500, (1250, 420, 260), "oversize", True),
    ]),
    "garden": ("GD", 0.56, [
        ("Sécateur", 15, 45, 260, 420, (260, 90, 30), "", False),
        ("Arrosoir en zinc 9 L", 35, 59, 1600, 2400, (480, 220, 390), "", False),
        ("Graines potagères, assortiment", 9, 19, 60, 140, (200, 140, 20), "", False),
        ("Pot en terre cuite 35 cm", 19, 45, 5200, 7600, (380, 380, 360), "fragile", False),
        ("Guirlande solaire", 19, 49, 450, 900, (230, 180, 110), "", False),
        ("Tondeuse à batterie", 249, 429, 16500, 23000, (860, 460, 420), "oversize", True),
        ("Salon de jardin deux places", 199, 399, 21000, 28500, (1150, 620, 300), "oversize", True),
        ("Bac à compost 300 L", 59, 99, 8800, 11500, (900, 650, 160), "oversize", False),
    ]),
    "furniture": ("FN", 0.58, [
        ("Table basse en chêne", 129, 299, 14500, 22500, (1080, 620, 140), "oversize", True),
        ("Étagère murale", 39, 99, 5200, 9500, (920, 280, 110), "oversize", False),
        ("Bureau droit 120 cm", 149, 299, 23000, 29500, (1280, 640, 150), "oversize", True),
        ("Chaise, lot de deux", 119, 239, 10500, 14500, (920, 560, 420), "oversize", True),
        ("Commode trois tiroirs", 159, 329, 31000, 46000, (960, 520, 220), "oversize", True),
        ("Bibliothèque cinq niveaux", 129, 279, 27000, 38000, (1850, 420, 140), "oversize", True),
        ("Tabouret de bar", 59, 119, 4600, 6800, (480, 430, 760), "oversize", False),
        ("Lampadaire arc", 89, 199, 7500, 12500, (1150, 380, 220), "oversize", False),
    ]),
    "gourmet": ("GM", 0.58, [
        ("Chocolats assortis 400 g", 19, 39, 480, 620, (260, 200, 50), "", False),
        ("Miel de montagne 500 g", 9, 16, 780, 860, (90, 90, 120), "fragile", False),
        ("Confitures, coffret de six", 22, 39, 2100, 2600, (280, 190, 110), "fragile", False),
        ("Huile d'olive vierge 75 cl", 17, 35, 1250, 1450, (90, 90, 310), "fragile", False),
        ("Thé en vrac 250 g", 15, 32, 300, 380, (120, 120, 170), "", False),
        ("Foie gras mi-cuit 300 g", 39, 69, 480, 620, (220, 160, 80), "cold", False),
        ("Plateau de fromages affinés", 35, 65, 1100, 1700, (320, 240, 110), "cold", False),
        ("Saumon fumé 400 g", 29, 55, 520, 680, (400, 180, 40), "cold", False),
    ]),
    "electronics": ("EL", 0.70, [
        ("Casque sans fil", 59, 249, 350, 650, (220, 200, 90), "", False),
        ("Enceinte portable", 39, 159, 600, 1300, (240, 140, 130), "", False),
        ("Tablette 10 pouces", 179, 449, 750, 1100, (290, 210, 60), "fragile", False),
        ("Clavier compact", 35, 119, 600, 1000, (380, 170, 50), "", False),
        ("Écran 27 pouces", 159, 349, 5800, 7600, (740, 460, 170), "fragile", True),
        ("Montre connectée", 79, 279, 220, 380, (120, 110, 90), "", False),
        ("Chargeur rapide", 15, 45, 120, 240, (110, 90, 50), "", False),
        ("Imprimante multifonction", 79, 199, 5600, 8200, (500, 420, 240), "", True),
    ]),
    "fashion": ("FA", 0.40, [
        ("Pull en mérinos", 49, 99, 320, 520, (330, 270, 50), "", False),
        ("Chemise en lin", 39, 79, 220, 340, (330, 250, 30), "", False),
        ("Jean droit", 49, 99, 550, 780, (340, 270, 50), "", False),
        ("Écharpe", 19, 59, 150, 320, (300, 220, 40), "", False),
        ("Bottines en cuir", 89, 169, 1100, 1700, (360, 270, 130), "", False),
        ("Manteau en laine", 119, 249, 1300, 2000, (480, 360, 110), "", False),
        ("Sac en toile", 25, 69, 350, 650, (420, 360, 40), "", False),
        ("Chaussettes, lot de trois", 9, 19, 120, 220, (200, 120, 40), "", False),
    ]),
    "diy": ("DI", 0.57, [
        ("Perceuse-visseuse 18 V", 79, 179, 2300, 3600, (360, 310, 120), "", False),
        ("Coffret de vissage", 19, 49, 700, 1400, (300, 220, 60), "", False),
        ("Peinture mate 2,5 L", 29, 55, 3400, 4100, (200, 200, 210), "", False),
        ("Niveau laser", 49, 129, 600, 1100, (240, 170, 110), "fragile", False),
        ("Caisse à outils", 29, 79, 3900, 6900, (520, 270, 260), "", False),
        ("Multiprise parafoudre", 17, 39, 500, 800, (380, 90, 60), "", False),
        ("Escabeau trois marches", 39, 79, 4400, 6300, (980, 480, 120), "oversize", False),
    ]),
}
COLLECTIONS = (
    "Aubrac", "Belle-Île", "Camargue", "Drôme", "Estérel", "Faucigny", "Gévaudan", "Hossegor",
    "Iroise", "Jura", "Lubéron", "Morvan", "Noirmoutier", "Oléron", "Périgord",
)

WAREHOUSES = ["W-LILLE", "W-LYON", "W-TOULOUSE"]
SUPPLIER = "D-JURA"
HUB = "H-ORLEANS"
# location, city of the facts, accents and all
PLACES = {
    "W-LILLE": ("Entrepôt Lille", "Villeneuve-d'Ascq"),
    "W-LYON": ("Entrepôt Lyon", "Saint-Priest"),
    "W-TOULOUSE": ("Entrepôt Toulouse", "Colomiers"),
    SUPPLIER: ("Ateliers du Jura (expédition directe)", "Dole"),
    HUB: ("Plateforme Orléans", "Saran"),
}
STORE_CITIES = [
    "Paris", "Boulogne-Billancourt", "Versailles", "Créteil", "Lille", "Rouen", "Caen", "Rennes",
    "Brest", "Nantes", "Angers", "Tours", "Orléans", "Bordeaux", "Limoges", "Toulouse",
    "Montpellier", "Marseille", "Nice", "Lyon", "Grenoble", "Clermont-Ferrand", "Dijon",
    "Strasbourg", "Reims",
]
COLD_STORES = ["Paris", "Lyon", "Bordeaux", "Strasbourg", "Nantes", "Marseille"]
HUB_FEEDERS = ["Paris", "Boulogne-Billancourt", "Versailles", "Créteil", "Tours", "Orléans"]


class Dice:
    """Draws that depend only on Random.random(), whose sequence Python keeps for a seed."""

    def __init__(self, seed):
        self._random = random.Random(seed)

    def unit(self):
        return self._random.random()

    def between(self, low, high):
        return low + int(self.unit() * (high - low + 1))

    def real(self, low, high):
        return low + self.unit() * (high - low)

    def chance(self, share):
        return self.unit() < share

    def pick(self, items):
        return items[int(self.unit() * len(items))]

    def some(self, items, count):
        left = list(items)
        return [left.pop(int(self.unit() * len(left))) for _ in range(min(count, len(left)))]

    def weighted(self, items, weights):
        mark = self.unit() * sum(weights)
        for item, weight in zip(items, weights):
            mark -= weight
            if mark < 0:
                return item
        return items[-1]


def money(value):
    return f"{value:.2f}"


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M")


def store_id(city):
    plain = city.upper()
    for accented, ascii_letter in (("É", "E"), ("È", "E"), ("Î", "I"), ("Ç", "C"), (" ", "-")):
        plain = plain.replace(accented, ascii_letter)
    return "S-" + plain


STORES = [store_id(city) for city in STORE_CITIES]


def read_cities():
    with open(FACTS / "fr_cities.csv", encoding="utf-8", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def region_of_locations(cities):
    city_of = {**dict(zip(STORES, STORE_CITIES)), **{location: city for location, (_, city) in PLACES.items()}}
    return {location: REGION_OF[cities[city]["postcode"][:2]] for location, city in city_of.items()}


def read_tariff():
    """Public 2023 prices without tax, by service and upper weight."""
    with open(FACTS / "colissimo_fr_2023.csv", encoding="utf-8", newline="") as file:
        tariff = {}
        for row in csv.DictReader(file):
            price = float(row["price_eur_ttc"]) / 1.2
            tariff.setdefault(row["service"], []).append((int(row["max_weight_g"]), price))
        return tariff


def make_products(dice):
    products = []
    for group, (prefix, cost_share, nouns) in CATALOGUE.items():
        number = 0
        for name, low, high, light, heavy, box, handling, alone in nouns:
            for collection in COLLECTIONS:
                number += 1
                size = dice.unit()
                price = math.floor(low + (high - low) * size) + dice.pick([0.90, 0.50, 0.0])
                cost = price / 1.2 * cost_share * dice.real(0.85, 1.12)
                length, width, height = (int(side * dice.real(0.94, 1.06)) for side in box)
                products.append({
                    "sku": f"{prefix}{number:04d}",
                    "name": f"{name} {collection}",
                    "group": group,
                    "unit_cost": money(cost),
                    "weight_g": int(light + (heavy - light) * (0.7 * size + 0.3 * dice.unit())),
                    "length_mm": length,
                    "width_mm": width,
                    "height_mm": height,
                    "volume_cm3": max(1, length * width * height // 1000),
                    "handling": handling,
                    "ship_alone": "true" if alone else "",
                    "price": price,
                })
    return products


def make_locations(cities):
    def row(location, name, city, **values):
        fact = cities[city]
        return {
            "location_id": location, "name": name, "zone": REGION_OF[fact["postcode"][:2]],
            "postcode": fact["postcode"], "country": "FR", "latitude": fact["latitude"],
            "longitude": fact["longitude"], "time_zone": "Europe/Paris", "open": "yes", **values,
        }

    # Lille picks cheapest and has the fewest hands for its demand.
    labour = {"W-LILLE": ("0.28", "0.22", "0.75"), "W-LYON": ("0.34", "0.26", "0.82"),
              "W-TOULOUSE": ("0.37", "0.28", "0.86")}
    hands = {"W-LILLE": (680, 160, "0.85"), "W-LYON": (1600, "", ""), "W-TOULOUSE": (900, "", "")}
    rows = []
    for location in WAREHOUSES:
        unit, line, shipment = labour[location]
        units, overtime, overtime_cost = hands[location]
        rows.append(row(
            location, *PLACES[location], kind="warehouse", cost_per_unit=unit, cost_per_line=line,
            cost_per_shipment=shipment, capacity_units=units, overtime_units=overtime,
            overtime_cost_per_unit=overtime_cost, lead_time_min=60, accepts_returns="yes",
            handling="fragile|oversize" + ("|cold" if location != "W-TOULOUSE" else ""),
        ))
    for number, (location, city) in enumerate(zip(STORES, STORE_CITIES)):
        rows.append(row(
            location, f"Magasin {city}", city, kind="store",
            fixed_cost="4.00" if city in ("Limoges", "Caen") else "",
            cost_per_unit=money(0.55 + 0.03 * (number % 4)), cost_per_line="0.55",
            cost_per_shipment=money(1.45 + 0.10 * (number % 3)),
            capacity_shipments=12 + (number * 5) % 14, lead_time_min=90, accepts_returns="yes",
            handling="fragile|cold" if city in COLD_STORES else "fragile",
        ))
    rows.append(row(SUPPLIER, *PLACES[SUPPLIER], kind="supplier", cost_per_shipment="3.50",
                    lead_time_min=240, handling="fragile|oversize", accepts_returns="no"))
    rows.append(row(HUB, *PLACES[HUB], kind="hub", cost_per_shipment="0.45", lead_time_min=60,
                    handling="fragile", accepts_returns="no"))
    return rows


def make_orders(dice, products, cities):
    """Order lines with Zipf demand; stock is laid out afterwards to fit (or not)."""
    ranked = dice.some(products, len(products))  # a shuffle: popularity has nothing to do with the group
    weights = [1.0 / (rank + 12) ** 0.95 for rank in range(len(ranked))]
    heavy_penalty = [0.35 if "oversize" in p["handling"] else 1.0 for p in ranked]
    weights = [weight * factor for weight, factor in zip(weights, heavy_penalty)]
    preorder_skus = [p for p in ranked if p["group"] in ("electronics", "toys", "books")][40:48]
    towns = list(cities.values())
    crowd = [int(town["population"]) ** 0.92 for town in towns]
    by_city = {city: cities[city] for city in STORE_CITIES}
    rows = []
    for number in range(1, ORDERS + 1):
        channel = dice.weighted(["web", "marketplace", "store", "b2b", "call_center"], [68, 14, 8, 6, 4])
        pickup_city = dice.pick(STORE_CITIES) if channel in ("web", "store") and dice.chance(0.155) else ""
        town = by_city[pickup_city] if pickup_city else dice.weighted(towns, crowd)
        count = 1
        if not dice.chance(0.65):
            count = 2
            while count < 6 and dice.chance(0.42):
                count += 1
        wanted = []
        while len(wanted) < count:
            product = dice.weighted(ranked, weights)
            if product not in wanted and product not in preorder_skus:
                wanted.append(product)
        kind = "sale"
        if channel == "web" and not pickup_city and dice.chance(0.022):
            kind, wanted = "preorder", [dice.pick(preorder_skus)]
        elif dice.chance(0.01):
            kind = "backorder"
        order = order_columns(dice, number, channel, kind, wanted, town, pickup_city)
        for line, product in enumerate(wanted, 1):
            quantity = 1
            if dice.chance(0.45 if channel == "b2b" else 0.17) and not product["ship_alone"]:
                quantity = dice.weighted([2, 3, 4], [70, 20, 10])
            rebate = dice.weighted([1.0, 0.9, 0.8, 0.7], [78, 12, 7, 3]) * (0.92 if channel == "b2b" else 1.0)
            rows.append({**order, "line_id": line, "sku": product["sku"], "quantity": quantity,
                         "unit_price": money(product["price"] / 1.2 * rebate)})
    return rows, [p["sku"] for p in preorder_skus]


def order_columns(dice, number, channel, kind, wanted, town, pickup_city):
    cold = any("cold" in p["handling"] for p in wanted)
    bulky = any("oversize" in p["handling"] for p in wanted)
    placed = datetime(2026, 11, 22, 5, 0) + timedelta(minutes=dice.between(0, 23 * 60 + 40))
    services, promised = "", ""
    if not pickup_city:
        if cold:
            services = dice.weighted(["", "express"], [60, 40])
        elif bulky:
            services = dice.weighted(["", "home"], [50, 50])
        else:
            services = dice.weighted(["", "home|express", "pickup_point", "express", "Postal/home"],
                                     [34, 40, 16, 8, 2])
    if services == "express":
        promised = dice.weighted(["2026-11-24", "2026-11-24T18:00", "2026-11-25"], [50, 15, 35])
    elif kind == "sale" and dice.chance(0.36):
        promised = dice.weighted(["2026-11-25", "2026-11-26", "2026-11-27"], [30, 45, 25])
    grace = ship_after = ""
    if dice.chance(0.08):
        grace = stamp(placed + timedelta(hours=dice.pick([2, 12, 24])))
    if dice.chance(0.03):
        ship_after = dice.weighted(["2026-11-24", "2026-11-24T12:00", "2026-11-26"], [50, 30, 20])
        if promised:
            promised = "2026-11-28"
    complete = ""
    if len(wanted) > 1 and dice.chance(0.14 if channel != "b2b" else 0.35):
        complete = "order"
    elif dice.chance(0.05):
        complete = "line"
    postcode = town["postcode"]
    districts = {"75001": 20, "69001": 9, "13001": 16}.get(postcode)
    if districts and not pickup_city:
        postcode = postcode[:3] + f"{dice.between(1, districts):02d}"
    return {
        "order_id": f"FR{26_110_000 + number * 3 + dice.between(0, 2)}",
        "postcode": postcode, "country": "FR",
        "latitude": town["latitude"], "longitude": town["longitude"],
        "channel": channel, "kind": kind,
        "priority": dice.weighted([0, 1, 2], [88, 9, 3]) if channel != "b2b" else 2,
        "placed_at": stamp(placed), "grace_until": grace, "ship_after": ship_after, "deliver_by": promised,
        "late_cost_per_day": "4.00" if services == "express" else "",
        "unfilled_cost": "6.00" if channel == "b2b" else "",
        "fulfilment": "pickup" if pickup_city else "ship",
        "pickup_location": store_id(pickup_city) if pickup_city else "",
        "max_shipments": dice.weighted(["", 1, 3], [93, 4, 3]) if len(wanted) > 1 else "",
        "line_max_shipments": 2 if dice.chance(0.03) else "",
        "ship_complete": complete, "services": services,
    }


def make_stock(dice, products, orders, preorder_skus):
    """Stock around the demand: ample for most SKUs, short or far away for every fifth."""
    demand = {}
    at_store = {}
    for line in orders:
        demand[line["sku"]] = demand.get(line["sku"], 0) + line["quantity"]
        if line["pickup_location"]:
            key = (line["pickup_location"], line["sku"])
            at_store[key] = at_store.get(key, 0) + line["quantity"]
    cold_stores = [store_id(city) for city in COLD_STORES]
    on_hand = {}

    def add(location, sku, units):
        if units > 0:
            on_hand[(location, sku)] = on_hand.get((location, sku), 0) + units

    for product in products:
        sku, handling = product["sku"], product["handling"]
        wanted = demand.get(sku, 0)
        if sku in preorder_skus:
            continue
        allowed = WAREHOUSES[:2] if handling == "cold" else WAREHOUSES
        stores = [] if handling == "oversize" else (cold_stores if handling == "cold" else STORES)
        if product["group"] == "furniture" and dice.chance(0.70):
            on_hand[(SUPPLIER, sku)] = "unlimited"
            if dice.chance(0.3):
                add("W-LYON", sku, dice.between(1, 4))
            continue
        scarce = wanted > 0 and dice.chance(0.21)
        homes = dice.some(allowed, dice.weighted([1, 2, 3], [48, 34, 18]))
        if not scarce:
            for location in homes:
                add(location, sku, int(wanted * dice.real(0.9, 1.8) / len(homes)) + wanted + dice.between(3, 30))
            for location in dice.some(stores, dice.between(0, 11)):
                add(location, sku, dice.between(1, 6))
        elif stores and dice.chance(0.5):  # enough, but only on shop floors
            left = int(wanted * dice.real(0.8, 1.5)) + 1
            while left > 0:
                units = min(left, dice.between(1, 4))
                add(dice.pick(stores), sku, units)
                left -= units
        else:  # simply too little
            left = int(wanted * dice.real(0.3, 0.9))
            for location in dice.some(list(allowed) + list(stores[:3]), 2):
                units = (left + 1) // 2
                add(location, sku, min(units, left))
                left -= units
    for (location, sku), units in sorted(at_store.items()):
        handling = next(p["handling"] for p in products if p["sku"] == sku)
        if handling in ("", "fragile") and sku not in preorder_skus and dice.chance(0.5):
            add(location, sku, units + dice.between(0, 2))
    rows = []
    for (location, sku), units in sorted(on_hand.items()):
        reserved = safety = credit = ""
        if units != "unlimited" and units >= 8 and dice.chance(0.06):
            reserved = dice.between(1, 3)
        if location in STORES and units > 2 and dice.chance(0.25):
            safety = 1
        if location in STORES and units > 1 and dice.chance(0.05):
            credit = money(dice.pick([0.5, 1.0, 2.0, 3.5]))
        rows.append({"location_id": location, "sku": sku, "on_hand": units, "reserved": reserved,
                     "safety_stock": safety, "ageing_credit": credit})
    return rows


def make_inbound(dice, preorder_skus):
    rows = []
    for number, sku in enumerate(preorder_skus):
        late = number >= 6  # arrives after the horizon: the answer is a date
        rows.append({
            "location_id": WAREHOUSES[number % 2], "sku": sku, "quantity": dice.between(6, 14),
            "available_at": "2026-12-02T08:00" if late else "2026-11-24T10:00",
            "reference": f"PO-{61_200 + number * 7}", "confidence": "0.95" if not late else "0.8",
        })
    return rows


def rate(carrier, service, origin, zone, low, high, base, **values):
    return {"carrier": carrier, "service": service, "origin": origin, "destination_zone": zone,
            "min_weight_g": low, "max_weight_g": high, "base_cost": money(base), **values}


def make_rates(tariff, home_region):
    rows = []
    # Postal: one price for the mainland, more for Corsica; the warehouses and the hub have better terms.
    terms = {"*": 0.84, "W-LILLE": 0.70, "W-LYON": 0.71, "W-TOULOUSE": 0.73, HUB: 0.60}
    services = {  # name: tariff, factor, heaviest, transit, weekend
        "home": ("colissimo_home", 1.0, 30_000, 2, "no"),
        "pickup_point": ("colissimo_pickup", 0.90, 20_000, 3, "no"),
        "express": ("colissimo_home", 2.1, 15_000, 1, "no"),
    }
    for origin, discount in terms.items():
        for service, (source, factor, heaviest, transit, weekend) in services.items():
            bands = [band for band in tariff[source] if band[0] <= heaviest]
            if source == "colissimo_pickup":
                bands += [(10_000, 16.90), (20_000, 22.50)]
            for zone, surcharge, extra_days in (("*", 0.0, 0), ("COR", 3.10, 1)):
                low = 0
                for high, price in bands:
                    rows.append(rate("Postal", service, origin, zone, low, high,
                                     price * factor * discount + surcharge, fuel_pct="6.0",
                                     transit_days=transit + extra_days, weekend=weekend, handling="fragile"))
                    low = high
    # Fleche: zone by zone, from every region with a location; volumetric weight.
    origins = sorted(set(home_region.values()))
    bands = [(500, 0.84), (1000, 0.93), (2000, 1.05), (5000, 1.42), (10_000, 1.95), (20_000, 2.75), (30_000, 3.60)]
    near = {1: 4.10, 2: 4.75, 3: 5.45}
    fast = {1: 7.90, 2: 9.40, 3: 10.80}
    for origin in origins:
        for zone in FLECHE_ZONES:
            here = FLECHE_OF[origin]
            distance = 1 if here == zone else FLECHE_DISTANCE.get((here, zone)) or FLECHE_DISTANCE[(zone, here)]
            for service, prices, transit, handling in (
                ("home", near, distance, "fragile"),
                ("express", fast, 1, "fragile|cold"),
            ):
                low = 0
                for high, factor in bands:
                    rows.append(rate("Fleche", service, origin, zone, low, high, prices[distance] * factor,
                                     fuel_pct="9.5", dim_divisor=5000, transit_days=transit,
                                     weekend="yes" if service == "express" else "no", handling=handling))
                    low = high
    # Cargo: bulky goods, collected at the warehouses and at the supplier only.
    for origin in WAREHOUSES + [SUPPLIER]:
        home = home_region[origin]
        for zone in REGIONS:
            far = 0 if zone == home else (1 if FLECHE_OF.get(zone) == FLECHE_OF[home] else 2)
            far = 4 if zone == "COR" else far
            low = 0
            for high, base, per_kg in ((30_000, 9.8, 0.31), (60_000, 12.4, 0.27), (150_000, 17.5, 0.22)):
                rows.append(rate("Cargo", "home", origin, zone, low, high, base + 2.2 * far,
                                 cost_per_kg=money(per_kg + 0.03 * far), min_charge=money(16.5 + 2 * far),
                                 fuel_pct="14.5", dim_divisor=4000, transit_days=2 + far, weekend="no",
                                 handling="fragile|oversize"))
                low = high
    return rows


def make_carriers():
    columns = ("carrier", "service", "max_parcels", "max_parcel_g", "max_length_mm", "max_girth_mm",
               "pickup_cutoff", "capacity_shipments", "minimum_shipments", "shortfall_cost",
               "co2_g_per_kg_km")
    return [dict(zip(columns, row)) for row in (
        ("Postal", "home", 2, 30_000, 1000, 3000, "20:00", "", "", "", "0.12"),
        ("Postal", "pickup_point", 1, 20_000, 700, 2200, "20:00", "", "", "", "0.09"),
        ("Postal", "express", 1, 15_000, 1000, 3000, "19:30", "", "", "", "0.31"),
        # a commitment of 260 parcels, and vans of 110 parcels
        ("Fleche", "home", 2, 30_000, 1200, 3000, "19:30", 110, 260, "0.80", "0.10"),
        # too early for the 18:00 wave of a warehouse: its express parcels leave the day after
        ("Fleche", "express", 1, 30_000, 1200, 3000, "18:30", 60, "", "", "0.28"),
        ("Cargo", "home", 4, 150_000, 3000, "", "19:30", "", "", "", "0.14"),
    )]


def make_zones():
    rows = []
    for dept in sorted(REGION_OF):
        rows.append({"carrier": "*", "origin": "*", "country": "FR", "postcode_prefix": dept,
                     "destination_zone": REGION_OF[dept]})
    for dept in sorted(REGION_OF):
        if REGION_OF[dept] in FLECHE_OF:
            rows.append({"carrier": "Fleche", "origin": "*", "country": "FR", "postcode_prefix": dept,
                         "destination_zone": FLECHE_OF[REGION_OF[dept]]})
    return rows


def make_transfers(home_region):
    rows = []
    for origin in WAREHOUSES:
        for store in STORES:
            near = home_region[origin] == home_region[store]
            rows.append({"from_location": origin, "to_location": store,
                         "cost_per_shipment": "0.90" if near else "1.30", "cost_per_unit": "0.10",
                         "cost_per_kg": "0.12" if near else "0.20", "transit_days": 1, "capacity_units": 60})
    paris = [store_id(city) for city in HUB_FEEDERS[:4]]
    for origin in paris:  # a shuttle between the shops of the Paris region
        for store in paris:
            if origin != store:
                rows.append({"from_location": origin, "to_location": store, "cost_per_shipment": "1.60",
                             "cost_per_unit": "0.15", "cost_per_kg": "0.10", "transit_days": 1,
                             "capacity_units": 25})
    for origin in WAREHOUSES:  # by night: there the next morning
        rows.append({"from_location": origin, "to_location": HUB, "cost_per_shipment": "0.95",
                     "cost_per_unit": "0.05", "cost_per_kg": "0.08", "transit_days": 0, "capacity_units": 400})
    for city in HUB_FEEDERS:
        rows.append({"from_location": store_id(city), "to_location": HUB, "cost_per_shipment": "1.10",
                     "cost_per_unit": "0.05", "cost_per_kg": "0.10", "transit_days": 0, "capacity_units": 80})
    return rows


def make_calendars():
    return [
        {"location_id": "S-DIJON", "starts_at": "2026-11-23T00:00", "ends_at": "2026-11-25T00:00",
         "capacity_factor": "0", "reason": "stock-taking"},
        {"location_id": "W-TOULOUSE", "starts_at": "2026-11-24T00:00", "ends_at": "2026-11-25T00:00",
         "capacity_factor": "0.5", "reason": "half the shift in training"},
    ]


def make_waves():
    rows = [{"location_id": "*", "cutoff": "15:00", "weekdays": "mon|tue|wed|thu|fri|sat", "name": "afternoon"}]
    for location in WAREHOUSES:
        rows.append({"location_id": location, "cutoff": "18:00", "weekdays": "mon|tue|wed|thu|fri|sat",
                     "name": "evening"})
    rows.append({"location_id": SUPPLIER, "cutoff": "12:00", "weekdays": "mon|tue|wed|thu|fri", "name": "noon"})
    rows.append({"location_id": HUB, "cutoff": "17:00", "weekdays": "mon|tue|wed|thu|fri|sat", "name": "hub"})
    return rows


def make_kits(dice, products, orders):
    """Gift sets: short as such, but made from things that lie there; and a few that are only ever made."""
    by_group = {}
    for product in products:
        by_group.setdefault(product["group"], []).append(product)
    wanted = sorted({row["sku"] for row in orders})
    by_sku = {product["sku"]: product for product in products}
    sets = [sku for sku in wanted if by_sku[sku]["group"] in ("cookware", "glass", "toys")
            and not by_sku[sku]["handling"].strip("fragile") and not by_sku[sku]["ship_alone"]]
    kits = dice.some(sets, 60)
    rows = []
    for kit in sorted(kits):
        mates = [p["sku"] for p in by_group[by_sku[kit]["group"]]
                 if p["sku"] not in kits and p["handling"] == by_sku[kit]["handling"] and not p["ship_alone"]]
        for place, component in enumerate(sorted(dice.some(mates, 2))):
            rows.append({"kit_sku": kit, "component_sku": component, "quantity": 1 + (place and dice.chance(0.2)),
                         "assembly_cost": "0.80" if place == 0 else ""})
    return rows


def make_substitutes(dice, products, orders):
    """For some wanted products another of the same kind, a little worse for the customer."""
    wanted = sorted({row["sku"] for row in orders})
    by_sku = {product["sku"]: product for product in products}
    rows = []
    for sku in sorted(dice.some(wanted, 150)):
        product = by_sku[sku]
        kin = [p["sku"] for p in products if p["sku"] != sku and p["group"] == product["group"]
               and p["handling"] == product["handling"] and p["name"].split()[0] == product["name"].split()[0]]
        if kin:
            rows.append({"sku": sku, "substitute_sku": dice.pick(kin), "cost_per_unit": money(dice.pick([1.0, 2.0, 4.0])),
                         "needs_consent": "yes" if dice.chance(0.5) else "no"})
    return rows


def make_reserves(dice, inventory):
    """Every store keeps a unit of everything for its own customers; Lille keeps some for business customers."""
    rows = [{"location_id": store, "sku": "*", "channel": "store", "quantity": 1} for store in STORES]
    lille = [row["sku"] for row in inventory if row["location_id"] == "W-LILLE"
             and row["on_hand"] != "unlimited" and row["on_hand"] >= 12]
    rows += [{"location_id": "W-LILLE", "sku": sku, "channel": "b2b", "quantity": dice.between(2, 5)}
             for sku in sorted(dice.some(lille, 40))]
    return rows


def make_rejections(dice, orders, inventory):
    """Stores that could not find what they were to ship."""
    held = {}
    for row in inventory:
        if row["location_id"] in STORES:
            held.setdefault(row["sku"], []).append(row["location_id"])
    lines = [row for row in orders if row["sku"] in held and row["fulfilment"] == "ship"]
    return [{"order_id": row["order_id"], "line_id": row["line_id"], "location_id": dice.pick(held[row["sku"]]),
             "reason": dice.pick(["not found", "damaged", "no staff"]),
             "at": f"2026-11-22T{dice.between(9, 18):02d}:{dice.between(0, 59):02d}"}
            for row in sorted(dice.some(lines, 45), key=lambda row: (row["order_id"], row["line_id"]))]


def make_returns(dice, products, cities):
    """What customers of the weeks before send back."""
    towns = list(cities.values())
    crowd = [int(town["population"]) ** 0.92 for town in towns]
    plain = [p for p in products if p["handling"] in ("", "fragile")]
    rows = []
    for number in range(1, 61):
        product, town = dice.pick(plain), dice.weighted(towns, crowd)
        status = dice.weighted(["announced", "shipped", "received"], [55, 25, 20])
        condition = dice.weighted(["new", "opened", "damaged"], [55, 35, 10])
        place = available = ""
        if status != "announced":
            place = dice.pick(WAREHOUSES)
        if status == "shipped":
            available = dice.pick(["2026-11-23T14:00", "2026-11-24T09:00", "2026-11-24T16:00"])
        exchange = dice.chance(0.25)
        rows.append({
            "return_id": f"RT{4_200 + number}", "order_id": f"FR{26_090_000 + number * 11}", "sku": product["sku"],
            "quantity": 1, "postcode": town["postcode"], "country": "FR",
            "wants": "exchange" if exchange else "refund", "condition": condition, "status": status,
            "location_id": place, "available_at": available,
            "refund": money(product["price"]),
        })
    return rows


def make_subscriptions(dice, products, cities):
    """Boxes that come every month, fortnight or week; some are due tonight."""
    towns = list(cities.values())
    crowd = [int(town["population"]) ** 0.92 for town in towns]
    plain = [p for p in products if p["handling"] == "" and not p["ship_alone"]]
    rows = []
    for number in range(1, 41):
        product, town = dice.pick(plain), dice.weighted(towns, crowd)
        rows.append({
            "subscription_id": f"AB{700 + number}", "sku": product["sku"], "quantity": dice.weighted([1, 2], [80, 20]),
            "unit_price": money(product["price"] / 1.2 * 0.9), "postcode": town["postcode"], "country": "FR",
            "latitude": town["latitude"], "longitude": town["longitude"],
            "next_at": dice.weighted(["2026-11-22", "2026-11-23", "2026-11-24", "2026-12-01"], [10, 30, 30, 30]),
            "every": dice.weighted(["P1M", "P14D", "P7D"], [60, 25, 15]), "until": "2027-06-30",
        })
    return rows


COLUMNS = {
    "orders": "order_id line_id sku quantity unit_price postcode country latitude longitude channel kind"
              " priority placed_at grace_until ship_after deliver_by late_cost_per_day unfilled_cost fulfilment"
              " pickup_location max_shipments line_max_shipments ship_complete substitution services",
    "products": "sku name group unit_cost weight_g length_mm width_mm height_mm volume_cm3 handling ship_alone",
    "inventory": "location_id sku on_hand reserved safety_stock ageing_credit",
    "location_costs": "location_id name kind zone postcode country latitude longitude time_zone open fixed_cost"
                      " cost_per_unit cost_per_line cost_per_shipment capacity_units capacity_shipments"
                      " overtime_units overtime_cost_per_unit handling lead_time_min accepts_returns",
    "carrier_rates": "carrier service origin destination_zone min_weight_g max_weight_g base_cost cost_per_kg"
                     " min_charge fuel_pct dim_divisor transit_days weekend handling",
    "carriers": "carrier service max_parcels max_parcel_g max_length_mm max_girth_mm pickup_cutoff"
                " capacity_shipments minimum_shipments shortfall_cost co2_g_per_kg_km",
    "zones": "carrier origin country postcode_prefix destination_zone",
    "transfers": "from_location to_location cost_per_shipment cost_per_unit cost_per_kg transit_days capacity_units",
    "calendars": "location_id starts_at ends_at capacity_factor reason",
    "waves": "location_id cutoff weekdays name",
    "inbound": "location_id sku quantity available_at reference confidence",
    "kits": "kit_sku component_sku quantity assembly_cost",
    "substitutes": "sku substitute_sku cost_per_unit needs_consent",
    "channel_reserves": "location_id sku channel quantity",
    "rejections": "order_id line_id location_id reason at",
    "returns": "return_id order_id sku quantity postcode country wants condition status location_id available_at refund",
    "subscriptions": "subscription_id sku quantity unit_price postcode country latitude longitude next_at every until",
}
KEYS = {
    "orders": "order_id line_id", "products": "sku", "inventory": "location_id sku",
    "location_costs": "location_id", "carriers": "carrier service", "transfers": "from_location to_location",
    "carrier_rates": "carrier service origin destination_zone min_weight_g",
    "zones": "carrier origin country postcode_prefix", "waves": "location_id cutoff",
    "calendars": "location_id starts_at", "inbound": "location_id sku available_at",
    "kits": "kit_sku component_sku", "substitutes": "sku substitute_sku", "returns": "return_id",
    "channel_reserves": "location_id sku channel", "rejections": "order_id line_id location_id",
    "subscriptions": "subscription_id sku",
}


def write(out, table, rows):
    columns = COLUMNS[table].split()
    with open(out / f"{table}.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows({column: row.get(column, "") for column in columns} for row in rows)


def read(out, table):
    with open(out / f"{table}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def check(out):
    """The contract of the tables, asserted on what was written."""
    data = {table: read(out, table) for table in COLUMNS}
    for table, key in KEYS.items():
        seen = set()
        for row in data[table]:
            value = tuple(row[column] for column in key.split())
            assert value not in seen, (table, value)
            seen.add(value)
    skus = {row["sku"] for row in data["products"]}
    locations = {row["location_id"]: row for row in data["location_costs"]}
    regions = {row["zone"] for row in data["location_costs"]}
    for table in ("orders", "inventory", "inbound"):
        assert all(row["sku"] in skus for row in data[table]), table
    for table in ("inventory", "inbound", "calendars"):
        assert all(row["location_id"] in locations for row in data[table]), table
    assert all(row["location_id"] == "*" or row["location_id"] in locations for row in data["waves"])
    assert all(row[end] in locations for row in data["transfers"] for end in ("from_location", "to_location"))
    kits = {row["kit_sku"] for row in data["kits"]}
    assert all(row["component_sku"] in skus - kits for row in data["kits"]) and kits <= skus
    assert all(row["sku"] != row["substitute_sku"] in skus for row in data["substitutes"])
    for row in data["orders"]:
        assert (row["fulfilment"] == "pickup") == bool(row["pickup_location"])
        assert not row["pickup_location"] or locations[row["pickup_location"]]["kind"] == "store"
        assert row["postcode"][:2] in REGION_OF and int(row["quantity"]) >= 1
    check_order_columns(data["orders"])
    check_bands(data["carrier_rates"])
    zones = {row["destination_zone"] for row in data["zones"]} | {"*"}
    services = {(row["carrier"], row["service"]) for row in data["carriers"]}
    for row in data["carrier_rates"]:
        assert row["destination_zone"] in zones
        assert row["origin"] == "*" or row["origin"] in locations or row["origin"] in regions
        assert (row["carrier"], row["service"]) in services
    assert services == {(row["carrier"], row["service"]) for row in data["carrier_rates"]}
    names = {service for _, service in services} | {"/".join(pair) for pair in services}
    assert all(name in names for row in data["orders"] for name in row["services"].split("|") if name)
    check_handling(data, locations)
    check_shares(data, locations)


def check_order_columns(orders):
    line_level = {"line_id", "sku", "quantity", "unit_price"}
    first = {}
    for row in orders:
        order = {column: value for column, value in row.items() if column not in line_level}
        assert first.setdefault(row["order_id"], order) == order, row["order_id"]


def check_bands(rates):
    lanes = {}
    for row in rates:
        lane = tuple(row[column] for column in ("carrier", "service", "origin", "destination_zone"))
        lanes.setdefault(lane, []).append((int(row["min_weight_g"]), int(row["max_weight_g"])))
    for lane, bands in lanes.items():
        bands.sort()
        assert all(low < high for low, high in bands), lane
        assert all(a[1] == b[0] for a, b in zip(bands, bands[1:])), ("gap or overlap", lane)
    # A lane more specific in one of its ends is never less specific in the other.
    for carrier, service, origin, zone in lanes:
        if origin != "*" and zone == "*":
            for other in lanes:
                if other[:3] == (carrier, service, "*") and other[3] != "*":
                    assert (carrier, service, origin, other[3]) in lanes, (carrier, service, origin, other[3])


def check_handling(data, locations):
    need = {row["sku"]: set(filter(None, row["handling"].split("|"))) for row in data["products"]}
    for table in ("inventory", "inbound"):
        for row in data[table]:
            can = set(locations[row["location_id"]]["handling"].split("|"))
            assert need[row["sku"]] <= can, row


def check_shares(data, locations):
    """The shares promised above; they also go to stderr."""
    lines, orders, demand = data["orders"], {}, {}
    for row in lines:
        orders.setdefault(row["order_id"], []).append(row)
        demand[row["sku"]] = demand.get(row["sku"], 0) + int(row["quantity"])
    stock, cheap = {}, {}
    for row in data["inventory"]:
        units = 10**9 if row["on_hand"] == "unlimited" else max(
            0, int(row["on_hand"]) - int(row["reserved"] or 0) - int(row["safety_stock"] or 0))
        stock[row["sku"]] = stock.get(row["sku"], 0) + units
        if locations[row["location_id"]]["kind"] != "store":
            cheap[row["sku"]] = cheap.get(row["sku"], 0) + units
    short = sum(stock.get(sku, 0) < units for sku, units in demand.items())
    scarce = sum(cheap.get(sku, 0) < units for sku, units in demand.items())
    shares = {
        "orders": len(orders), "lines": len(lines), "units": sum(demand.values()), "skus": len(data["products"]),
        "skus wanted": len(demand), "stock rows": len(data["inventory"]), "rates": len(data["carrier_rates"]),
        "single-line": sum(len(rows) == 1 for rows in orders.values()) / len(orders),
        "quantity 2 to 4": sum(int(row["quantity"]) > 1 for row in lines) / len(lines),
        "pickup": sum(rows[0]["fulfilment"] == "pickup" for rows in orders.values()) / len(orders),
        "promised": sum(bool(rows[0]["deliver_by"]) for rows in orders.values()) / len(orders),
        "skus short in all": short / len(demand), "skus scarce": scarce / len(demand),
    }
    for name, value in shares.items():
        print(f"{name:>18}  {value if isinstance(value, int) else format(value, '.1%')}", file=sys.stderr)
    assert len(orders) == ORDERS and len(data["products"]) >= 1450
    assert 0.60 <= shares["single-line"] <= 0.70 and 0.15 <= shares["quantity 2 to 4"] <= 0.22
    assert 0.10 <= shares["pickup"] <= 0.14 and 0.35 <= shares["promised"] <= 0.45
    assert 0.15 <= shares["skus scarce"] <= 0.25


def main():
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "data" / "demo"
    out.mkdir(parents=True, exist_ok=True)
    dice = Dice(SEED)
    cities = read_cities()
    home_region = region_of_locations(cities)
    products = make_products(dice)
    orders, preorder_skus = make_orders(dice, products, cities)
    inventory = make_stock(dice, products, orders, preorder_skus)
    write(out, "products", products)
    write(out, "inventory", inventory)
    write(out, "inbound", make_inbound(dice, preorder_skus))
    write(out, "location_costs", make_locations(cities))
    write(out, "carrier_rates", make_rates(read_tariff(), home_region))
    write(out, "carriers", make_carriers())
    write(out, "zones", make_zones())
    write(out, "transfers", make_transfers(home_region))
    write(out, "calendars", make_calendars())
    write(out, "waves", make_waves())
    # Drawn apart, so that what is above stays as it is.
    later = Dice(SEED + 1)
    consents = {}
    for row in orders:
        consent = consents.setdefault(row["order_id"], later.weighted(["", "yes", "no"], [60, 30, 10]))
        row["substitution"] = consent
    write(out, "orders", orders)
    write(out, "kits", make_kits(later, products, orders))
    write(out, "substitutes", make_substitutes(later, products, orders))
    write(out, "channel_reserves", make_reserves(later, inventory))
    write(out, "rejections", make_rejections(later, orders, inventory))
    write(out, "returns", make_returns(later, products, cities))
    write(out, "subscriptions", make_subscriptions(later, products, cities))
    check(out)


if __name__ == "__main__":
    main()
