//! Steps of optimisers on one array of parameters.

use super::expect_length;

/// Stochastic gradient descent with momentum:
///
/// ```text
/// g        = grad + weight_decay p
/// velocity = momentum velocity + g
/// p        = p - learning_rate velocity
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    /// The step for a gradient.
    pub learning_rate: f64,
    /// What remains of the velocity in each step; 0 for plain descent.
    pub momentum: f64,
    /// Twice the factor of `|p|^2` in the loss.
    pub weight_decay: f64,
}

impl Sgd {
    /// One step. The velocity is 0 before the first.
    ///
    /// # Panics
    /// If lengths differ.
    pub fn step(&self, parameters: &mut [f64], grad: &[f64], velocity: &mut [f64]) {
        expect_length("grad", grad.len(), parameters.len());
        expect_length("velocity", velocity.len(), parameters.len());
        for ((p, grad), velocity) in parameters.iter_mut().zip(grad).zip(velocity) {
            *velocity = self.momentum * *velocity + grad + self.weight_decay * *p;
            *p -= self.learning_rate * *velocity;
        }
    }
}

/// Adam (Kingma and Ba, [arXiv 1412.6980](https://arxiv.org/abs/1412.6980), algorithm 1):
///
/// ```text
/// g      = grad + weight_decay p
/// first  = beta1 first  + (1 - beta1) g
/// second = beta2 second + (1 - beta2) g^2
/// p      = p - learning_rate first / (1 - beta1^t) / (sqrt(second / (1 - beta2^t)) + epsilon)
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// The size of a step.
    pub learning_rate: f64,
    /// What remains of the first moment in each step.
    pub beta1: f64,
    /// What remains of the second moment in each step.
    pub beta2: f64,
    /// Keeps steps finite where gradients vanish.
    pub epsilon: f64,
    /// Twice the factor of `|p|^2` in the loss.
    pub weight_decay: f64,
}

impl Default for Adam {
    /// The paper's settings.
    fn default() -> Self {
        Self { learning_rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.0 }
    }
}

impl Adam {
    /// Step number `t`, from 1. Both moments are 0 before the first.
    ///
    /// # Panics
    /// If lengths differ, or `t` is 0.
    pub fn step(&self, parameters: &mut [f64], grad: &[f64], first: &mut [f64], second: &mut [f64], t: u32) {
        assert!(t > 0, "steps are counted from 1");
        expect_length("grad", grad.len(), parameters.len());
        expect_length("first", first.len(), parameters.len());
        expect_length("second", second.len(), parameters.len());
        let unbiased = |beta: f64, moment: f64| moment / (1.0 - beta.powf(f64::from(t)));
        for (k, p) in parameters.iter_mut().enumerate() {
            let g = grad[k] + self.weight_decay * *p;
            first[k] = self.beta1 * first[k] + (1.0 - self.beta1) * g;
            second[k] = self.beta2 * second[k] + (1.0 - self.beta2) * g * g;
            let size = unbiased(self.beta2, second[k]).sqrt() + self.epsilon;
            *p -= self.learning_rate * unbiased(self.beta1, first[k]) / size;
        }
    }
}
