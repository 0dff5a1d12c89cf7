//! Made-up terrain: maps of tiles, what they look like, and what it costs to cross them.

use supple::reference::perturbed::shortest_path;

use super::random::Random;

/// Tiles on a side of a map.
pub const SIDE: usize = 12;
pub const TILES: usize = SIDE * SIDE;
/// Pixels on a side of a tile, and of a map's image.
pub const TILE_PIXELS: usize = 8;
pub const IMAGE_PIXELS: usize = SIDE * TILE_PIXELS;

/// How far the light on tiles differs, and the noise of a pixel in grey levels.
const LIGHT: f64 = 0.2;
const NOISE: f64 = 10.0;

type Colour = [f64; 3];

const GREEN: Colour = [104.0, 140.0, 72.0];
const DARK: Colour = [44.0, 72.0, 44.0];
const BLUE: Colour = [66.0, 104.0, 140.0];
const GREY: Colour = [136.0, 130.0, 122.0];
const STRAW: Colour = [148.0, 152.0, 84.0];

/// A type of terrain. Types share colours, so that a pixel alone does not give its type away: the best guess is wrong
/// for a third of them. Forest and swamp differ in nothing but their grain.
pub struct Terrain {
    pub name: &'static str,
    /// What it costs to cross a tile, which no learner is told.
    pub cost: f64,
    /// A pixel lies anywhere between these,
    colours: [Colour; 2],
    /// and cells of this width and height, in pixels, are alike.
    grain: [usize; 2],
}

pub const TERRAINS: [Terrain; 5] = [
    Terrain { name: "grass", cost: 1.0, colours: [GREEN, STRAW], grain: [1, 3] },
    Terrain { name: "forest", cost: 2.5, colours: [DARK, GREEN], grain: [3, 3] },
    Terrain { name: "swamp", cost: 4.4, colours: [DARK, GREEN], grain: [1, 1] },
    Terrain { name: "rock", cost: 7.0, colours: [GREY, DARK], grain: [3, 3] },
    Terrain { name: "water", cost: 9.2, colours: [BLUE, GREY], grain: [4, 1] },
];

/// A map; a learner is shown its image and its path.
pub struct Map {
    /// Which of the terrains each tile is.
    pub terrains: Vec<usize>,
    /// Red, green and blue of each pixel.
    pub image: Vec<[u8; 3]>,
    /// A cheapest path from the first tile to the last, as ones.
    pub path: Vec<f64>,
}

impl Map {
    pub fn new(random: &mut Random) -> Self {
        let (height, moisture) = (smooth_noise(random), smooth_noise(random));
        let terrains: Vec<usize> = height.iter().zip(&moisture).map(|(&h, &m)| terrain_at(h, m)).collect();
        let image = picture(&terrains, random);
        let path = cheapest_path(costs(&terrains));
        Self { terrains, image, path }
    }

    /// The hidden costs of its tiles.
    pub fn costs(&self) -> impl Iterator<Item = f64> {
        costs(&self.terrains)
    }

    /// What a path costs on this map.
    pub fn cost(&self, path: &[f64]) -> f64 {
        self.costs().zip(path).map(|(cost, on_path)| cost * on_path).sum()
    }
}

fn costs(terrains: &[usize]) -> impl Iterator<Item = f64> {
    terrains.iter().map(|&terrain| TERRAINS[terrain].cost)
}

/// The cheapest path under costs of the tiles, as ones.
pub fn cheapest_path(costs: impl Iterator<Item = f64>) -> Vec<f64> {
    let theta: Vec<f64> = costs.map(|cost| -cost).collect();
    shortest_path(&theta, [SIDE, SIDE], true).1
}

fn terrain_at(height: f64, moisture: f64) -> usize {
    match (height, moisture) {
        (h, _) if h < -0.6 => 4,
        (h, _) if h > 0.6 => 3,
        (_, m) if m > 0.35 => 2,
        (_, m) if m > -0.15 => 1,
        _ => 0,
    }
}

/// A value for each tile that changes slowly from one to the next: normal noise at every third tile, and between them
/// smooth steps.
fn smooth_noise(random: &mut Random) -> Vec<f64> {
    const SPACING: usize = 3;
    const POSTS: usize = SIDE / SPACING + 1;
    let posts: Vec<f64> = (0..POSTS * POSTS).map(|_| random.normal()).collect();
    let place = |tile: usize| {
        let t = (tile % SPACING) as f64 / SPACING as f64;
        (tile / SPACING, t * t * (3.0 - 2.0 * t))
    };
    let mix = |a: f64, b: f64, t: f64| a + (b - a) * t;
    let value = |tile: usize| {
        let ((row, down), (column, right)) = (place(tile / SIDE), place(tile % SIDE));
        let along = |row: usize| mix(posts[row * POSTS + column], posts[row * POSTS + column + 1], right);
        mix(along(row), along(row + 1), down)
    };
    (0..TILES).map(value).collect()
}

fn picture(terrains: &[usize], random: &mut Random) -> Vec<[u8; 3]> {
    let mut image = vec![[0; 3]; IMAGE_PIXELS * IMAGE_PIXELS];
    for (tile, &terrain) in terrains.iter().enumerate() {
        paint(&mut image, tile, &TERRAINS[terrain], random);
    }
    image
}

#[expect(clippy::cast_sign_loss, reason = "a level below 0 is to be 0")]
fn paint(image: &mut [[u8; 3]], tile: usize, terrain: &Terrain, random: &mut Random) {
    let [width, height] = terrain.grain;
    let (left, top) = (random.below(width), random.below(height)); // where the first cells are cut off
    let cells: Vec<f64> = (0..(TILE_PIXELS + 1).pow(2)).map(|_| random.uniform()).collect();
    let light = 1.0 + LIGHT * (2.0 * random.uniform() - 1.0);
    for pixel in 0..TILE_PIXELS * TILE_PIXELS {
        let (x, y) = (pixel % TILE_PIXELS, pixel / TILE_PIXELS);
        let blend = cells[(y + top) / height * (TILE_PIXELS + 1) + (x + left) / width];
        let [first, second] = terrain.colours;
        image[pixel_of(tile, x, y)] = std::array::from_fn(|channel| {
            let colour = first[channel] + (second[channel] - first[channel]) * blend;
            (colour * light + NOISE * random.normal()).round() as u8
        });
    }
}

/// Where the pixel at `x` and `y` of a tile is in the image.
pub fn pixel_of(tile: usize, x: usize, y: usize) -> usize {
    let (row, column) = (tile / SIDE * TILE_PIXELS + y, tile % SIDE * TILE_PIXELS + x);
    row * IMAGE_PIXELS + column
}
