//! The matrix as few rectangles: fewer cells where there are many, and equal neighbours merged.

use super::colour;

/// The most cells along a side. A picture shows no more, and it bounds the size of the file.
const MAX_CELLS: usize = 224;

/// Levels of colour `[rows, columns]`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cells {
    pub(super) rows: usize,
    pub(super) columns: usize,
    levels: Vec<u8>,
}

/// A rectangle of one level, in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) height: usize,
    pub(super) width: usize,
    pub(super) level: u8,
}

impl Cells {
    /// Reduces the matrix `[n, m]`. A cell shows the largest element it covers: a mean would let
    /// a path that is one element wide fade away.
    pub(super) fn new(matrix: &[f32], n: usize, m: usize) -> Self {
        let (rows, columns) = (n.min(MAX_CELLS), m.min(MAX_CELLS));
        let mut levels = vec![0; rows * columns];
        for (i, row) in matrix.chunks_exact(m).enumerate() {
            for (j, &element) in row.iter().enumerate() {
                let cell = &mut levels[i * rows / n * columns + j * columns / m];
                *cell = colour::level(element).max(*cell);
            }
        }
        Self { rows, columns, levels }
    }

    /// Rectangles that cover all cells above level 0 once, sorted by level.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Vec<Block> = Vec::new();
        for row in 0..self.rows {
            // Runs that the row above has at the same columns grow downwards.
            let runs = self.runs(row);
            let (grown, closed): (Vec<Block>, Vec<Block>) = open.into_iter().partition(|block| {
                runs.binary_search_by_key(&block.column, |run| run.column)
                    .is_ok_and(|k| runs[k].width == block.width && runs[k].level == block.level)
            });
            blocks.extend(closed);
            open = runs
                .into_iter()
                .map(|run| match grown.binary_search_by_key(&run.column, |block| block.column) {
                    Ok(k) => Block { height: grown[k].height + 1, ..grown[k] },
                    Err(_) => run,
                })
                .collect();
        }
        blocks.extend(open);
        blocks.sort_by_key(|block| (block.level, block.row, block.column));
        blocks
    }

    /// The runs of equal levels above 0 in one row, from left to right.
    fn runs(&self, row: usize) -> Vec<Block> {
        let levels = &self.levels[row * self.columns..][..self.columns];
        let mut column = 0;
        let mut runs = Vec::new();
        for run in levels.chunk_by(|left, right| left == right) {
            if run[0] > 0 {
                runs.push(Block { row, column, height: 1, width: run.len(), level: run[0] });
            }
            column += run.len();
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_each_cell_once() {
        let (n, m) = (37, 23);
        let matrix: Vec<f32> = (0..n * m).map(|k| if k * k % 7 < 3 { 0.0 } else { (k % 5) as f32 / 4.0 }).collect();
        let cells = Cells::new(&matrix, n, m);
        let mut covered = vec![0; n * m];
        for block in cells.blocks() {
            for row in block.row..block.row + block.height {
                for column in block.column..block.column + block.width {
                    assert_eq!(covered[row * m + column], 0);
                    covered[row * m + column] = block.level;
                }
            }
        }
        assert_eq!(covered, cells.levels);
    }

    #[test]
    fn equal_neighbours_are_one_block() {
        let blocks = Cells::new(&[1.0; 12], 3, 4).blocks();
        assert_eq!(blocks, [Block { row: 0, column: 0, height: 3, width: 4, level: colour::LEVELS - 1 }]);
    }

    #[test]
    fn a_thin_path_survives_reduction() {
        let n = 1000;
        let mut matrix = vec![0.0; n * n];
        for i in 0..n {
            matrix[i * n + i] = 1.0;
        }
        let cells = Cells::new(&matrix, n, n);
        assert_eq!((cells.rows, cells.columns), (MAX_CELLS, MAX_CELLS));
        for k in 0..MAX_CELLS {
            assert_eq!(cells.levels[k * MAX_CELLS + k], colour::LEVELS - 1);
        }
    }
}
