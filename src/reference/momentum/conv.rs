//! Blocks of convolutions.

use super::{Activation, Residual, ResidualVjp, expect_length, rows};

/// One stage of a [`ConvBlock`]: an affine map of each channel, the activation, and a convolution.
#[derive(Clone, Debug, PartialEq)]
pub struct ConvStage {
    kernel: usize,
    scales: Vec<f64>,
    shifts: Vec<f64>,
    weights: Vec<f64>,
    biases: Vec<f64>,
}

impl ConvStage {
    /// A stage with a convolution of `kernel x kernel` elements: `scales` and `shifts` `[in]`, `weights [out, in, kernel, kernel]`, `biases [out]`.
    ///
    /// # Panics
    /// If `kernel` is neither 1 nor 3, there are no channels, or an array has another shape.
    #[must_use]
    pub fn new(kernel: usize, scales: Vec<f64>, shifts: Vec<f64>, weights: Vec<f64>, biases: Vec<f64>) -> Self {
        assert!(kernel == 1 || kernel == 3, "kernel must be 1 or 3, got {kernel}");
        assert!(!scales.is_empty() && !biases.is_empty(), "a convolution must have channels");
        expect_length("shifts", shifts.len(), scales.len());
        expect_length("weights", weights.len(), biases.len() * scales.len() * kernel * kernel);
        Self { kernel, scales, shifts, weights, biases }
    }

    fn parameters(&self) -> [&[f64]; 4] {
        [&self.scales, &self.shifts, &self.weights, &self.biases]
    }

    fn parameters_mut(&mut self) -> [&mut [f64]; 4] {
        [&mut self.scales, &mut self.shifts, &mut self.weights, &mut self.biases]
    }
}

/// The block of a pre-activation residual network (He, Zhang, Ren and Sun, [arXiv 1603.05027](https://arxiv.org/abs/1603.05027)), with normalisation
/// as the affine map of each channel that it is once its statistics are fixed.
///
/// ```text
/// a_c     = act(scale_c h_c + shift_c)                                          of each channel c
/// h'_o,yx = bias_o + sum over c, i, j of weight_o,c,i,j a_c,(y + i - p)(x + j - p)     p = (kernel - 1) / 2
/// ```
///
/// in each stage; `a` is 0 outside the image. States are `[batch, channels, height, width]`. Parameters are `scale0`, `shift0`,
/// `weight0`, `bias0`, `scale1` and so on.
#[derive(Clone, Debug)]
pub struct ConvBlock {
    activation: Activation,
    stages: Vec<ConvStage>,
    height: usize,
    width: usize,
}

impl ConvBlock {
    /// A block of one or more stages for images of `height x width`.
    ///
    /// # Panics
    /// If there is no stage, images are empty, or a stage has other channels than the one before hands on.
    #[must_use]
    pub fn new(activation: Activation, stages: Vec<ConvStage>, height: usize, width: usize) -> Self {
        assert!(!stages.is_empty(), "a block must have a stage");
        assert!(height > 0 && width > 0, "images must not be empty, got {height} x {width}");
        for (k, pair) in stages.windows(2).enumerate() {
            let (out, next) = (pair[0].biases.len(), pair[1].scales.len());
            assert!(out == next, "stage {k} hands on {out} channels, the next one takes {next}");
        }
        Self { activation, stages, height, width }
    }

    fn pixels(&self) -> usize {
        self.height * self.width
    }

    /// Calls `visit(o, w, i)` for each product of a convolution, `output[o] += weights[w] * input[i]`.
    fn products(&self, stage: &ConvStage, batch: usize, mut visit: impl FnMut(usize, usize, usize)) {
        let (channels, out, kernel) = (stage.scales.len(), stage.biases.len(), stage.kernel);
        let reach = kernel / 2;
        // Where tap `t` finds its input for the output at `at`, unless that is outside.
        let source = |at: usize, t: usize, size: usize| (at + t).checked_sub(reach).filter(|&from| from < size);
        for (b, o, c) in triples(batch, out, channels) {
            let (image, source_image) = ((b * out + o) * self.pixels(), (b * channels + c) * self.pixels());
            for ((y, x), (i, j)) in
                pairs(self.height, self.width).flat_map(|at| pairs(kernel, kernel).map(move |tap| (at, tap)))
            {
                if let (Some(from_y), Some(from_x)) = (source(y, i, self.height), source(x, j, self.width)) {
                    let weight = ((o * channels + c) * kernel + i) * kernel + j;
                    visit(image + y * self.width + x, weight, source_image + from_y * self.width + from_x);
                }
            }
        }
    }

    /// What a stage's activation is applied to.
    fn affine(&self, stage: &ConvStage, h: &[f64]) -> Vec<f64> {
        let channel = |k: usize| k / self.pixels() % stage.scales.len();
        h.iter().enumerate().map(|(k, h)| stage.scales[channel(k)] * h + stage.shifts[channel(k)]).collect()
    }

    fn activated(&self, affine: &[f64]) -> Vec<f64> {
        affine.iter().map(|&z| self.activation.value(z)).collect()
    }

    fn batch(&self, stage: &ConvStage, h: &[f64]) -> usize {
        rows("x", h, stage.scales.len() * self.pixels())
    }

    fn stage(&self, stage: &ConvStage, h: &[f64]) -> Vec<f64> {
        let (batch, out) = (self.batch(stage, h), stage.biases.len());
        let input = self.activated(&self.affine(stage, h));
        let mut output: Vec<f64> =
            (0..batch * out * self.pixels()).map(|k| stage.biases[k / self.pixels() % out]).collect();
        self.products(stage, batch, |o, w, i| output[o] += stage.weights[w] * input[i]);
        output
    }

    /// The gradients in what the stage was given, and in its parameters.
    fn stage_vjp(&self, stage: &ConvStage, h: &[f64], cotangent: &[f64]) -> (Vec<f64>, [Vec<f64>; 4]) {
        let (batch, channels, out) = (self.batch(stage, h), stage.scales.len(), stage.biases.len());
        expect_length("cotangent", cotangent.len(), batch * out * self.pixels());
        let affine = self.affine(stage, h);
        let input = self.activated(&affine);
        let [mut scales, mut shifts, mut weights, mut biases] =
            stage.parameters().map(|values| vec![0.0; values.len()]);
        for (k, g) in cotangent.iter().enumerate() {
            biases[k / self.pixels() % out] += g;
        }
        let mut gradient = vec![0.0; h.len()];
        self.products(stage, batch, |o, w, i| {
            weights[w] += cotangent[o] * input[i];
            gradient[i] += cotangent[o] * stage.weights[w];
        });
        for (k, g) in gradient.iter_mut().enumerate() {
            let channel = k / self.pixels() % channels;
            *g *= self.activation.derivative(affine[k]);
            scales[channel] += *g * h[k];
            shifts[channel] += *g;
            *g *= stage.scales[channel];
        }
        (gradient, [scales, shifts, weights, biases])
    }
}

impl Residual for ConvBlock {
    /// `[batch, in, height, width]` to `[batch, out, height, width]`.
    ///
    /// # Panics
    /// If `x` holds no whole states.
    fn forward(&self, x: &[f64]) -> Vec<f64> {
        self.stages.iter().fold(x.to_vec(), |h, stage| self.stage(stage, &h))
    }

    /// # Panics
    /// As [`forward`](Residual::forward) does, or if `cotangent` has another shape than its result.
    fn vjp(&self, x: &[f64], cotangent: &[f64]) -> ResidualVjp {
        let mut inputs = Vec::new();
        let mut h = x.to_vec();
        for stage in &self.stages {
            let next = self.stage(stage, &h);
            inputs.push(std::mem::replace(&mut h, next));
        }
        let mut gradient = cotangent.to_vec();
        let mut parameters = Vec::new();
        for (stage, input) in self.stages.iter().zip(inputs).rev() {
            let (of_input, of_stage) = self.stage_vjp(stage, &input, &gradient);
            gradient = of_input;
            parameters.extend(of_stage.into_iter().rev());
        }
        parameters.reverse();
        ResidualVjp { x: gradient, parameters, extra: Vec::new() }
    }

    fn names(&self) -> Vec<String> {
        let of_stage = |k: usize| ["scale", "shift", "weight", "bias"].map(|name| format!("{name}{k}"));
        (0..self.stages.len()).flat_map(of_stage).collect()
    }

    fn parameters(&self) -> Vec<&[f64]> {
        self.stages.iter().flat_map(ConvStage::parameters).collect()
    }

    fn parameters_mut(&mut self) -> Vec<&mut [f64]> {
        self.stages.iter_mut().flat_map(ConvStage::parameters_mut).collect()
    }
}

fn pairs(m: usize, n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..m).flat_map(move |i| (0..n).map(move |j| (i, j)))
}

fn triples(l: usize, m: usize, n: usize) -> impl Iterator<Item = (usize, usize, usize)> {
    (0..l).flat_map(move |h| pairs(m, n).map(move |(i, j)| (h, i, j)))
}
