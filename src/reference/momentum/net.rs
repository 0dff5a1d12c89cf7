//! The network: forward, inverse, and gradients.

use super::{Residual, expect_length};

/// Layers `v' = gamma v + (1 - gamma) f(x)`, `x' = x + v'`.
pub struct MomentumNet {
    /// What each layer computes, from the first to the last.
    pub layers: Vec<Box<dyn Residual>>,
    /// The momentum of each layer, from 0, the residual network, to less than 1.
    pub gamma: Vec<f64>,
    /// Layers compute `g(x) = x + f(x)`, as the layers of a residual network do, instead of `f(x)`: `f(x)` is `g(x) - x`.
    pub is_residual: bool,
}

/// The gradients of a function of the last state and velocity.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradients {
    /// In `x_0`. Where `v_0` is a function of `x_0`, what comes of [`v`](Self::v) is still to be added.
    pub x: Vec<f64>,
    /// In `v_0`.
    pub v: Vec<f64>,
    /// In each layer's gamma.
    pub gamma: Vec<f64>,
    /// In the parameters: those of each layer, in the order of [`Residual::names`].
    pub parameters: Vec<Vec<Vec<f64>>>,
    /// In each layer's extra input; empty for layers that have none. Where layers share it, the sum is the gradient.
    pub extra: Vec<Vec<f64>>,
}

impl MomentumNet {
    /// The last state and velocity, of the first ones; each of the shape that layers take, `[batch, ...]`.
    ///
    /// # Panics
    /// If there are not as many gammas as layers, or shapes differ.
    #[must_use]
    pub fn forward(&self, x0: &[f64], v0: &[f64]) -> (Vec<f64>, Vec<f64>) {
        self.check(x0, v0);
        let (mut x, mut v) = (x0.to_vec(), v0.to_vec());
        for layer in 0..self.layers.len() {
            self.step(layer, &mut x, &mut v);
        }
        (x, v)
    }

    /// The first state and velocity, of the last ones:
    ///
    /// ```text
    /// x = x' - v',   v = (v' - (1 - gamma) f(x)) / gamma
    /// ```
    ///
    /// Each layer divides the rounding errors of `v` by gamma: over `L` layers they may grow as `gamma^-L`. [`exact`](super::exact) has none.
    ///
    /// # Panics
    /// As [`forward`](Self::forward) does, or if a gamma is 0: then `v` is lost.
    #[must_use]
    pub fn inverse(&self, x_last: &[f64], v_last: &[f64]) -> (Vec<f64>, Vec<f64>) {
        self.check(x_last, v_last);
        let (mut x, mut v) = (x_last.to_vec(), v_last.to_vec());
        for layer in (0..self.layers.len()).rev() {
            self.step_back(layer, &mut x, &mut v);
        }
        (x, v)
    }

    /// The gradients of a function whose gradients in the last state and velocity are `grad_x` and `grad_v`, by keeping the state and velocity before
    /// each layer. For `n = L-1, ..., 0` and with `c = grad_x + grad_v`
    ///
    /// ```text
    /// grad theta_n = (1 - gamma_n) (df_n/dtheta_n)^T c
    /// grad gamma_n = <c, v_n - f_n(x_n)>
    /// grad_x       = grad_x + (1 - gamma_n) (df_n/dx_n)^T c
    /// grad_v       = gamma_n c
    /// ```
    ///
    /// # Panics
    /// As [`forward`](Self::forward) does, or if a gradient has another shape.
    #[must_use]
    pub fn backward_stored(&self, x0: &[f64], v0: &[f64], grad_x: &[f64], grad_v: &[f64]) -> Gradients {
        self.check(x0, v0);
        let (mut x, mut v) = (x0.to_vec(), v0.to_vec());
        let mut before = Vec::new();
        for layer in 0..self.layers.len() {
            let (old_x, old_v) = (x.clone(), v.clone());
            let f = self.step(layer, &mut x, &mut v);
            before.push((old_x, old_v, f));
        }
        let mut gradients = Gradients::of_last(self, x.len(), grad_x, grad_v);
        for (layer, (x, v, f)) in before.iter().enumerate().rev() {
            gradients.pull_back(self, layer, self.gamma[layer], x, v, f);
        }
        gradients
    }

    /// The same gradients from the last state and velocity alone, by going back through the inverse.
    ///
    /// # Panics
    /// As [`inverse`](Self::inverse) does, or if a gradient has another shape.
    #[must_use]
    pub fn backward_reversed(&self, x_last: &[f64], v_last: &[f64], grad_x: &[f64], grad_v: &[f64]) -> Gradients {
        self.check(x_last, v_last);
        let (mut x, mut v) = (x_last.to_vec(), v_last.to_vec());
        let mut gradients = Gradients::of_last(self, x.len(), grad_x, grad_v);
        for layer in (0..self.layers.len()).rev() {
            let f = self.step_back(layer, &mut x, &mut v);
            gradients.pull_back(self, layer, self.gamma[layer], &x, &v, &f);
        }
        gradients
    }

    /// `f(x)` of a layer.
    pub(super) fn residual(&self, layer: usize, x: &[f64]) -> Vec<f64> {
        let mut f = self.layers[layer].forward(x);
        assert!(f.len() == x.len(), "layer {layer} maps {} elements to {}, not to as many", x.len(), f.len());
        if self.is_residual {
            f.iter_mut().zip(x).for_each(|(f, x)| *f -= x);
        }
        f
    }

    fn step(&self, layer: usize, x: &mut [f64], v: &mut [f64]) -> Vec<f64> {
        let gamma = self.gamma[layer];
        let f = self.residual(layer, x);
        for ((x, v), f) in x.iter_mut().zip(v).zip(&f) {
            *v = gamma * *v + (1.0 - gamma) * f;
            *x += *v;
        }
        f
    }

    fn step_back(&self, layer: usize, x: &mut [f64], v: &mut [f64]) -> Vec<f64> {
        let gamma = self.gamma[layer];
        assert!(gamma != 0.0, "gamma of layer {layer} is 0: a residual network cannot be reversed");
        x.iter_mut().zip(&*v).for_each(|(x, v)| *x -= v);
        let f = self.residual(layer, x);
        v.iter_mut().zip(&f).for_each(|(v, f)| *v = (*v - (1.0 - gamma) * f) / gamma);
        f
    }

    fn check(&self, x: &[f64], v: &[f64]) {
        expect_length("gamma", self.gamma.len(), self.layers.len());
        expect_length("v", v.len(), x.len());
    }
}

impl Gradients {
    /// Those in the last state and velocity.
    pub(super) fn of_last(net: &MomentumNet, elements: usize, grad_x: &[f64], grad_v: &[f64]) -> Self {
        expect_length("grad_x", grad_x.len(), elements);
        expect_length("grad_v", grad_v.len(), elements);
        let layers = net.layers.len();
        Self {
            x: grad_x.to_vec(),
            v: grad_v.to_vec(),
            gamma: vec![0.0; layers],
            parameters: vec![Vec::new(); layers],
            extra: vec![Vec::new(); layers],
        }
    }

    /// From those after a layer to those before it, where `x`, `v` and `f = f(x)` are what was before it.
    pub(super) fn pull_back(&mut self, net: &MomentumNet, layer: usize, gamma: f64, x: &[f64], v: &[f64], f: &[f64]) {
        let c: Vec<f64> = self.x.iter().zip(&self.v).map(|(x, v)| x + v).collect();
        let of_f: Vec<f64> = c.iter().map(|c| (1.0 - gamma) * c).collect();
        let vjp = net.layers[layer].vjp(x, &of_f);
        for (k, grad) in self.x.iter_mut().enumerate() {
            *grad += if net.is_residual { vjp.x[k] - of_f[k] } else { vjp.x[k] };
        }
        self.gamma[layer] = c.iter().zip(v.iter().zip(f)).map(|(c, (v, f))| c * (v - f)).sum();
        self.parameters[layer] = vjp.parameters;
        self.extra[layer] = vjp.extra;
        self.v = c.iter().map(|c| gamma * c).collect();
    }
}
