//! Arrays of numbers as PyTorch stores them.

/// More values than any tensor of the network has: a file that asks for more is broken.
const VALUES_MAX: usize = 16 * 1024 * 1024;

/// An array of `f32`, the last dimension contiguous.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    shape: Vec<usize>,
    values: Vec<f32>,
}

impl Tensor {
    /// Copies a view into storage: `offset`, `shape` and `strides` count values. Kernels that came from TensorFlow are stored transposed, so
    /// the strides say where each value lies. Nothing where the view reaches beyond the storage.
    pub(super) fn from_view(storage: &[f32], offset: usize, shape: &[usize], strides: &[usize]) -> Option<Self> {
        let count = shape.iter().try_fold(1_usize, |count, length| count.checked_mul(*length)).filter(|count| *count <= VALUES_MAX)?;
        if shape.len() != strides.len() {
            return None;
        }
        let mut index = vec![0_usize; shape.len()];
        let mut values = Vec::with_capacity(count);
        for _ in 0..count {
            let steps = index.iter().zip(strides).try_fold(offset, |at, (index, stride)| at.checked_add(index.checked_mul(*stride)?))?;
            values.push(*storage.get(steps)?);
            advance(&mut index, shape);
        }
        Some(Self { shape: shape.to_owned(), values })
    }

    /// How long each dimension is.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The values, row by row.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}

/// To the next element, the last dimension fastest.
fn advance(index: &mut [usize], shape: &[usize]) {
    for (position, length) in index.iter_mut().zip(shape).rev() {
        *position += 1;
        if *position < *length {
            return;
        }
        *position = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::Tensor;

    #[test]
    fn a_transposed_view_is_read_along_its_strides() {
        let storage: Vec<f32> = (0_u8..6).map(f32::from).collect();
        let transposed = Tensor::from_view(&storage, 0, &[3, 2], &[1, 3]).expect("a view");
        assert_eq!(transposed.values(), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
        let part = Tensor::from_view(&storage, 4, &[2], &[1]).expect("a view");
        assert_eq!(part.values(), [4.0, 5.0]);
    }

    #[test]
    fn a_view_beyond_its_storage_is_none() {
        let storage = [1.0; 6];
        assert_eq!(Tensor::from_view(&storage, 1, &[3, 2], &[1, 3]), None);
        assert_eq!(Tensor::from_view(&storage, 0, &[usize::MAX, 2], &[0, 0]), None);
        assert_eq!(Tensor::from_view(&storage, 0, &[1 << 30], &[0]), None);
        assert_eq!(Tensor::from_view(&storage, usize::MAX, &[2], &[1]), None);
        assert_eq!(Tensor::from_view(&storage, 0, &[2, 2], &[1]), None);
    }
}
