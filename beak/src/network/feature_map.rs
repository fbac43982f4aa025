//! What flows through the network: a picture with many channels.

/// A map of `height` × `width` cells with `channels` numbers each, stored row by row, the channels of a cell together (NHWC with N = 1).
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureMap {
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) channels: usize,
    /// `height · width · channels` numbers.
    pub(crate) values: Vec<f32>,
}

impl FeatureMap {
    /// Nothing but zeros.
    pub(crate) fn zeros(height: usize, width: usize, channels: usize) -> Self {
        Self { height, width, channels, values: vec![0.0; height * width * channels] }
    }

    /// The numbers of the cell in a row and a column.
    pub(crate) fn cell(&self, row: usize, column: usize) -> &[f32] {
        self.cell_no(row * self.width + column)
    }

    /// The numbers of a cell, counted row by row from 0.
    pub(crate) fn cell_no(&self, number: usize) -> &[f32] {
        &self.values[number * self.channels..][..self.channels]
    }

    /// The same, to be changed.
    pub(crate) fn cell_mut(&mut self, row: usize, column: usize) -> &mut [f32] {
        let start = (row * self.width + column) * self.channels;
        &mut self.values[start..][..self.channels]
    }

    /// The mean of all cells, channel by channel.
    pub(crate) fn mean(&self) -> Vec<f32> {
        let mut mean = vec![0.0; self.channels];
        for cell in self.values.chunks_exact(self.channels) {
            for (sum, value) in mean.iter_mut().zip(cell) {
                *sum += value;
            }
        }
        let cells = (self.height * self.width) as f32;
        for sum in &mut mean {
            *sum /= cells;
        }
        mean
    }

    /// Twice as high and wide, bilinear, cell centres kept in place, the border repeated.
    pub(crate) fn doubled(&self) -> Self {
        let mut doubled = Self::zeros(2 * self.height, 2 * self.width, self.channels);
        for row in 0..doubled.height {
            let rows = neighbours(row, self.height);
            for column in 0..doubled.width {
                let columns = neighbours(column, self.width);
                let corners = [(rows[0], columns[0]), (rows[0], columns[1]), (rows[1], columns[0]), (rows[1], columns[1])];
                let [near, beside, above, far] = corners.map(|(row, column)| self.cell(row, column));
                let target = doubled.cell_mut(row, column);
                for (channel, value) in target.iter_mut().enumerate() {
                    *value = 0.5625 * near[channel] + 0.1875 * (beside[channel] + above[channel]) + 0.0625 * far[channel];
                }
            }
        }
        doubled
    }
}

/// The cell that covers a cell of the doubled map, and its neighbour on the nearer side.
fn neighbours(index: usize, length: usize) -> [usize; 2] {
    let own = index / 2;
    let other = if index.is_multiple_of(2) { own.saturating_sub(1) } else { (own + 1).min(length - 1) };
    [own, other]
}

#[cfg(test)]
mod tests {
    use super::FeatureMap;

    #[test]
    fn doubling_keeps_the_mean_and_the_corners() {
        let map = FeatureMap { height: 2, width: 2, channels: 1, values: vec![0.0, 1.0, 2.0, 3.0] };
        let doubled = map.doubled();
        assert_eq!((doubled.height, doubled.width), (4, 4));
        assert_eq!(doubled.cell(0, 0), [0.0]);
        assert_eq!(doubled.cell(3, 3), [3.0]);
        assert_eq!(doubled.cell(0, 1), [0.25]);
        assert_eq!(doubled.cell(1, 1), [0.75]);
        assert_eq!(doubled.mean(), map.mean());
    }
}
