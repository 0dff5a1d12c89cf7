//! The two sides of a problem of two dimensions.

/// How kernels go over a problem `[height, width]`: by its shorter side, whose entries are the rows.
#[derive(Clone, Copy)]
pub(super) struct Sides {
    pub(super) rows: u32,
    pub(super) columns: u32,
    /// Elements from one row to the next, and within a row.
    pub(super) row_stride: u32,
    pub(super) stride: u32,
}

impl Sides {
    pub(super) fn new([height, width]: [u32; 2]) -> Self {
        if height <= width {
            Self { rows: height, columns: width, row_stride: width, stride: 1 }
        } else {
            Self { rows: width, columns: height, row_stride: 1, stride: width }
        }
    }
}
