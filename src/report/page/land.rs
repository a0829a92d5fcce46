//! Coasts and borders behind a map.

use std::sync::LazyLock;

/// Natural Earth at 1:50m, simplified; `scripts/make_land.py` says what a line is.
const LAND: &str = include_str!("../../../data/facts/land.txt");

/// Longitude and latitude in degrees.
pub(super) type Point = (f64, f64);

/// Rings of land and lines between countries.
pub(super) struct Land {
    pub rings: Vec<Vec<Point>>,
    pub borders: Vec<Vec<Point>>,
}

/// West, south, east and north edges, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

static LINES: LazyLock<Land> = LazyLock::new(|| {
    let mut land = Land {
        rings: vec![],
        borders: vec![],
    };
    for line in LAND.lines() {
        let mut cells = line.split(' ');
        let kind = cells.next();
        let numbers: Vec<f64> = cells.filter_map(|cell| cell.parse().ok()).collect();
        let mut at = (0.0, 0.0);
        let points = numbers.chunks_exact(2).map(|step| {
            at = (at.0 + step[0], at.1 + step[1]);
            (at.0 / 100.0, at.1 / 100.0)
        });
        let points: Vec<Point> = points.collect();
        match kind {
            Some("land") => land.rings.push(points),
            _ => land.borders.push(points),
        }
    }
    land
});

/// The world.
pub(super) fn land() -> &'static Land {
    &LINES
}

impl Land {
    /// Whether a point is on land.
    pub(super) fn has(&self, point: Point) -> bool {
        let inside = self.rings.iter().filter(|ring| is_inside(ring, point));
        inside.count() % 2 == 1
    }

    /// Rings within a frame, cut at its edges.
    pub(super) fn within(&self, frame: Frame) -> Vec<Vec<Point>> {
        let near = self.rings.iter().filter(|ring| frame.touches(ring));
        let cut = near.map(|ring| frame.cut(ring));
        cut.filter(|ring| ring.len() > 2).collect()
    }

    /// Borders of which a part is within a frame.
    pub(super) fn borders_near(&self, frame: Frame) -> impl Iterator<Item = &[Point]> {
        let pieces = self.borders.iter().flat_map(move |line| {
            let is_near = move |pair: &[Point]| frame.touches(pair);
            // A line that leaves the frame and comes back is two.
            let mut pieces: Vec<&[Point]> = vec![];
            let mut begin = None;
            for end in 1..line.len() {
                match (is_near(&line[end - 1..=end]), begin) {
                    (true, None) => begin = Some(end - 1),
                    (false, Some(from)) => {
                        pieces.push(&line[from..end]);
                        begin = None;
                    }
                    _ => {}
                }
            }
            pieces.extend(begin.map(|from| &line[from..]));
            pieces
        });
        pieces.into_iter()
    }
}

/// Even-odd: whether a ray to the east crosses the ring an odd number of times.
fn is_inside(ring: &[Point], (x, y): Point) -> bool {
    let edges = ring.windows(2);
    let crossed = edges.filter(|edge| {
        let ((ax, ay), (bx, by)) = (edge[0], edge[1]);
        (ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax)
    });
    crossed.count() % 2 == 1
}

impl Frame {
    fn touches(self, points: &[Point]) -> bool {
        let low = points.iter().fold((f64::MAX, f64::MAX), |low, at| {
            (low.0.min(at.0), low.1.min(at.1))
        });
        let high = points.iter().fold((f64::MIN, f64::MIN), |high, at| {
            (high.0.max(at.0), high.1.max(at.1))
        });
        low.0 <= self.east && high.0 >= self.west && low.1 <= self.north && high.1 >= self.south
    }

    /// A ring without what is outside, edge after edge (Sutherland and Hodgman).
    fn cut(self, ring: &[Point]) -> Vec<Point> {
        type Inside = fn(&Frame, Point) -> bool;
        type Crossing = fn(&Frame, Point, Point) -> Point;
        fn at_x(x: f64, a: Point, b: Point) -> Point {
            (x, a.1 + (x - a.0) / (b.0 - a.0) * (b.1 - a.1))
        }
        fn at_y(y: f64, a: Point, b: Point) -> Point {
            (a.0 + (y - a.1) / (b.1 - a.1) * (b.0 - a.0), y)
        }
        let edges: [(Inside, Crossing); 4] = [
            (
                |frame, at| at.0 >= frame.west,
                |frame, a, b| at_x(frame.west, a, b),
            ),
            (
                |frame, at| at.0 <= frame.east,
                |frame, a, b| at_x(frame.east, a, b),
            ),
            (
                |frame, at| at.1 >= frame.south,
                |frame, a, b| at_y(frame.south, a, b),
            ),
            (
                |frame, at| at.1 <= frame.north,
                |frame, a, b| at_y(frame.north, a, b),
            ),
        ];
        let mut points = ring.to_vec();
        for (is_inside, crossing) in edges {
            let Some(&last) = points.last() else {
                break;
            };
            let mut kept = vec![];
            let mut before = last;
            for &point in &points {
                if is_inside(&self, before) != is_inside(&self, point) {
                    kept.push(crossing(&self, before, point));
                }
                if is_inside(&self, point) {
                    kept.push(point);
                }
                before = point;
            }
            points = kept;
        }
        points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towns_are_on_land_and_the_sea_is_not() {
        let land = land();
        for town in [(2.35, 48.85), (-3.7, 40.4), (-74.6, 40.9), (139.5, 35.8)] {
            assert!(land.has(town), "{town:?}");
        }
        for sea in [(-30.0, 45.0), (5.0, 41.0), (0.0, 0.0)] {
            assert!(!land.has(sea), "{sea:?}");
        }
    }

    #[test]
    fn a_ring_is_cut_at_the_edges_of_the_frame() {
        let frame = Frame {
            west: 0.0,
            south: 0.0,
            east: 2.0,
            north: 2.0,
        };
        let square = [(1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 3.0), (1.0, 1.0)];
        let cut = frame.cut(&square);
        assert!(cut.contains(&(2.0, 2.0)), "{cut:?}");
        let is_within = |at: &Point| at.0 <= 2.0 && at.1 <= 2.0;
        assert!(cut.iter().all(is_within), "{cut:?}");
        assert!(frame.cut(&[(5.0, 5.0), (6.0, 5.0), (6.0, 6.0)]).is_empty());
    }
}
