//! Logistic and linear regression with a penalty on large weights. The same numbers go in, the same come out, bit by bit.

use anyhow::{Context as _, Result};
use beak::head::Linear;
use nalgebra::{Cholesky, DMatrix, DVector};

/// How often the weights of a logistic regression are improved at most (Newton's method; ten are plenty).
const STEPS_MAX: usize = 25;

/// When weights that move less than this, all together, are good enough.
const STEP_MIN: f64 = 1e-8;

/// Probabilities nearer to 0 or 1 would make a step endless.
const CURVATURE_MIN: f64 = 1e-9;

/// Examples: what is known of each, and what is to be found out.
#[derive(Debug, Default)]
pub(crate) struct Examples {
    /// One after the other, all of the same length.
    features: Vec<f32>,
    targets: Vec<f64>,
    weights: Vec<f64>,
}

impl Examples {
    /// Adds one that counts as much as `weight` ordinary ones.
    pub(crate) fn push(&mut self, features: impl IntoIterator<Item = f32>, target: f64, weight: f64) {
        self.features.extend(features);
        self.targets.push(target);
        self.weights.push(weight);
    }

    pub(crate) const fn len(&self) -> usize {
        self.targets.len()
    }

    /// Those with a target of 1 together count as much as those with a target of 0.
    pub(crate) fn balance(&mut self) {
        let sum = |of_ones: bool| -> f64 {
            let chosen = self.targets.iter().zip(&self.weights).filter(|(target, _)| (**target > 0.5) == of_ones);
            chosen.map(|(_, weight)| weight).sum()
        };
        let (ones, zeros) = (sum(true), sum(false));
        let total = ones + zeros;
        for (target, weight) in self.targets.iter().zip(&mut self.weights) {
            *weight *= total / 2.0 / if *target > 0.5 { ones } else { zeros };
        }
    }

    /// Log-odds that the target is 1.
    pub(crate) fn logistic(&self, penalty: f64) -> Result<Linear> {
        let scaled = Scaled::new(self);
        let width = scaled.matrix.ncols();
        let mut solution = DVector::zeros(width);
        for _ in 0..STEPS_MAX {
            let odds = &scaled.matrix * &solution;
            let chances = odds.map(|odds| 1.0 / (1.0 + (-odds).exp()));
            let pull = DVector::from_fn(self.len(), |row, _| self.weights[row] * (self.targets[row] - chances[row]));
            let curvature =
                DVector::from_fn(self.len(), |row, _| self.weights[row] * (chances[row] * (1.0 - chances[row])).max(CURVATURE_MIN));
            let gradient = scaled.matrix.tr_mul(&pull) - scaled.penalty(penalty).component_mul(&solution);
            let step = scaled.solve(&curvature, penalty, &gradient)?;
            solution += &step;
            if step.norm() < STEP_MIN * (1.0 + solution.norm()) {
                break;
            }
        }
        Ok(scaled.unscaled(&solution))
    }

    /// The target itself.
    pub(crate) fn linear(&self, penalty: f64) -> Result<Linear> {
        let scaled = Scaled::new(self);
        let weights = DVector::from_column_slice(&self.weights);
        let targets = DVector::from_column_slice(&self.targets).component_mul(&weights);
        let solution = scaled.solve(&weights, penalty, &scaled.matrix.tr_mul(&targets))?;
        Ok(scaled.unscaled(&solution))
    }
}

/// Examples with each feature brought to a mean of 0 and a deviation of 1, and a last column of ones for the bias.
struct Scaled {
    matrix: DMatrix<f64>,
    means: Vec<f64>,
    deviations: Vec<f64>,
}

impl Scaled {
    fn new(examples: &Examples) -> Self {
        let (rows, width) = (examples.len(), examples.features.len() / examples.len());
        let value = |row: usize, column: usize| f64::from(examples.features[row * width + column]);
        let mean_of = |column: usize| (0..rows).map(|row| value(row, column)).sum::<f64>() / rows as f64;
        let means: Vec<f64> = (0..width).map(mean_of).collect();
        let deviation_of = |column: usize| {
            let variance = (0..rows).map(|row| (value(row, column) - means[column]).powi(2)).sum::<f64>() / rows as f64;
            variance.sqrt().max(1e-6)
        };
        let deviations: Vec<f64> = (0..width).map(deviation_of).collect();
        let scaled = |row: usize, column: usize| {
            if column == width { 1.0 } else { (value(row, column) - means[column]) / deviations[column] }
        };
        Self { matrix: DMatrix::from_fn(rows, width + 1, scaled), means, deviations }
    }

    /// The bias costs nothing.
    fn penalty(&self, penalty: f64) -> DVector<f64> {
        DVector::from_fn(self.means.len() + 1, |row, _| if row == self.means.len() { 0.0 } else { penalty })
    }

    /// Solves (Xᵀ diag(weights) X + penalty) s = right.
    fn solve(&self, weights: &DVector<f64>, penalty: f64, right: &DVector<f64>) -> Result<DVector<f64>> {
        let mut weighted = self.matrix.clone();
        for (mut row, weight) in weighted.row_iter_mut().zip(weights.iter()) {
            row *= *weight;
        }
        let mut normal = self.matrix.tr_mul(&weighted);
        for (column, penalty) in self.penalty(penalty).iter().enumerate() {
            normal[(column, column)] += penalty;
        }
        Ok(Cholesky::new(normal).context("the examples do not determine the weights: a larger penalty is needed")?.solve(right))
    }

    /// For features as they are.
    fn unscaled(&self, solution: &DVector<f64>) -> Linear {
        let width = self.means.len();
        let weights: Vec<f64> = (0..width).map(|column| solution[column] / self.deviations[column]).collect();
        let shift: f64 = weights.iter().zip(&self.means).map(|(weight, mean)| weight * mean).sum();
        Linear { weights: weights.iter().map(|weight| *weight as f32).collect(), bias: (solution[width] - shift) as f32 }
    }
}

#[cfg(test)]
mod tests {
    use super::Examples;

    /// ln(3) is the log-odds of three in four.
    #[test]
    fn a_bias_alone_is_the_log_odds_of_the_share() {
        let mut examples = Examples::default();
        for target in [1.0, 1.0, 1.0, 0.0] {
            examples.push([0.0], target, 1.0);
        }
        let found = examples.logistic(1.0).expect("a solution");
        assert!((f64::from(found.bias) - 3.0_f64.ln()).abs() < 1e-6, "{found:?}");
        examples.balance();
        assert!(examples.logistic(1.0).expect("a solution").bias.abs() < 1e-6);
    }

    #[test]
    fn a_line_is_found_again() {
        let mut examples = Examples::default();
        for x in 0_u8..10 {
            examples.push([f32::from(x)], 2.0 * f64::from(x) - 5.0, 1.0);
        }
        let found = examples.linear(1e-9).expect("a solution");
        assert!((found.weights[0] - 2.0).abs() < 1e-5 && (found.bias + 5.0).abs() < 1e-5, "{found:?}");
    }
}
