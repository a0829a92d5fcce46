#!/usr/bin/env python3
"""Writes data/facts/land.txt: coasts and borders for the map of a run's report.

Reads `countries-50m.json` of the npm package world-atlas (TopoJSON made from Natural Earth 1:50m, public domain):

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    scripts/make_land.py package/countries-50m.json

A line of the file is a ring of land (`land`) or a line between two countries (`border`): the kind, then longitude and latitude
in hundredths of a degree, the first point in full and the others as differences.
"""
import json
import math
import pathlib
import sys

TOLERANCE = 0.06  # degrees that a line may move
SMALLEST = 0.05  # square degrees; smaller islands are left out


def decode(topology):
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs


def simplify(points):
    """Douglas and Peucker; the ends stay."""
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    length = math.hypot(bx - ax, by - ay)
    far, at = -1.0, 0
    for i, (x, y) in enumerate(points[1:-1], 1):
        if length == 0:
            d = math.hypot(x - ax, y - ay)
        else:
            d = abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length
        if d > far:
            far, at = d, i
    if far <= TOLERANCE:
        return [points[0], points[-1]]
    return simplify(points[: at + 1])[:-1] + simplify(points[at:])


def ring_of(indices, arcs):
    ring = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += arc if not ring else arc[1:]
    return ring


def area(ring):
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:]))) / 2


def coded(kind, points):
    cells, last = [kind], (0, 0)
    for x, y in points:
        here = (round(x * 100), round(y * 100))
        if len(cells) > 1 and here == last:
            continue
        cells += [str(here[0] - last[0]), str(here[1] - last[1])]
        last = here
    return " ".join(cells)


def main():
    sys.setrecursionlimit(100_000)
    topology = json.load(open(sys.argv[1]))
    arcs = [simplify(arc) for arc in decode(topology)]
    used = {}
    for country in topology["objects"]["countries"]["geometries"]:
        polygons = country.get("arcs", [])
        if country["type"] == "Polygon":
            polygons = [polygons]
        for polygon in polygons:
            for ring in polygon:
                for index in ring:
                    used[max(index, ~index)] = used.get(max(index, ~index), 0) + 1
    lines = []
    land = topology["objects"]["land"]["geometries"]
    for shape in land:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for polygon in polygons:
            for ring in polygon:
                points = ring_of(ring, arcs)
                if area(points) >= SMALLEST and len(points) >= 4:
                    lines.append(coded("land", points))
    for index, count in sorted(used.items()):
        if count > 1:
            lines.append(coded("border", arcs[index]))
    out = pathlib.Path(__file__).resolve().parent.parent / "data/facts/land.txt"
    out.write_text("\n".join(lines) + "\n")
    print(len(lines), "lines,", out.stat().st_size, "bytes")


main()
