//! The network: forward, inverse, and gradients.

use std::sync::Arc;

use super::layer::{Change, Gradients as LayerGradients, Momentum, Moving, Pulled, enter, leave, step};
use super::{Residual, ResidualVjp};
use crate::error::{Error, Result};
use crate::gpu::{Binding, Element, Recorder, Shape, Tensor};

/// What to do about batches that are too large.
pub(super) const FEWER: &str = "give fewer states in one call";

/// Layers that are submitted together: parameters of dispatches would take memory that grows with the number of layers.
const SUBMITTED: usize = 16;

/// Layers `v' = gamma v + (1 - gamma) f(x)`, `x' = x + v'`.
///
/// States and velocities are tensors of the shape that the layers take, `[batch, ..]`. Time is that of the layers' own functions and a few passes over the
/// state for each. Every sixteen layers are submitted on their own, unless they go into a caller's encoder: then some hundred bytes of parameters are kept for
/// each dispatch, a dozen or two a layer.
#[derive(Debug, Clone)]
pub struct MomentumNet {
    layers: Vec<Arc<dyn Residual>>,
    pub(super) gamma: Vec<f32>,
    pub(super) is_residual: bool,
    /// Makes first velocities of first states.
    velocity: Option<Arc<dyn Residual>>,
}

/// A state and its velocity, both with what their last steps rounded off: some 46 bits, from which the way back starts.
#[derive(Debug, Clone)]
pub struct State {
    /// The state, `[batch, ..]`.
    pub x: Tensor<f32>,
    /// The velocity, in the shape of the state.
    pub v: Tensor<f32>,
    /// What is to be added to each; `None` is nothing.
    low: Option<[Tensor<f32>; 2]>,
}

impl State {
    /// Of a state and a velocity of the same shape, with nothing beside them.
    #[must_use]
    pub fn new(x: Tensor<f32>, v: Tensor<f32>) -> Self {
        Self { x, v, low: None }
    }

    fn moving(&self) -> Moving<'_> {
        let Some([x_low, v_low]) = &self.low else { unreachable!("made by `begin`") };
        Moving { x: &self.x, v: &self.v, x_low, v_low }
    }
}

/// The states between layers, which [`MomentumNet::backward_stored`] needs.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The last state and velocity.
    pub last: State,
    /// The states before each layer.
    before: Vec<Tensor<f32>>,
    /// The first velocity.
    v0: Tensor<f32>,
}

/// The gradients of a function of the last state and velocity.
#[derive(Debug, Clone)]
pub struct Gradients {
    /// In `x_0`, through `v_0` too where that is [the network's own](MomentumNet::initial_velocity). Where a caller made it of `x_0`, what comes of [`v`](Self::v) is still to be
    /// added.
    pub x: Tensor<f32>,
    /// In `v_0`.
    pub v: Tensor<f32>,
    /// In each layer's gamma, `[layers]`.
    pub gamma: Tensor<f32>,
    /// In the parameters: those of each layer, in the order of [`Residual::parameters`].
    pub parameters: Vec<Vec<Tensor<f32>>>,
    /// In the parameters of [`MomentumNet::initial_velocity`], in their order; empty without one.
    pub velocity: Vec<Tensor<f32>>,
    /// In the extra input of [`MomentumNet::initial_velocity`]; `None` where that has none. Where layers share it, the sum is the gradient.
    pub velocity_extra: Option<Tensor<f32>>,
    /// In each layer's extra input; `None` for layers that have none. Where layers share it, the sum is the gradient.
    pub extra: Vec<Option<Tensor<f32>>>,
}

impl MomentumNet {
    /// Of what each layer computes, from the first to the last, with a gamma of 0.9.
    #[must_use]
    pub fn new(layers: impl IntoIterator<Item = Arc<dyn Residual>>) -> Self {
        let layers: Vec<Arc<dyn Residual>> = layers.into_iter().collect();
        Self { gamma: vec![0.9; layers.len()], layers, is_residual: false, velocity: None }
    }

    /// The momentum of all layers, from 0, which is a residual network, to less than 1. Default: 0.9.
    #[must_use]
    pub fn gamma(mut self, gamma: f32) -> Self {
        self.gamma = vec![gamma; self.layers.len()];
        self
    }

    /// The momentum of each layer.
    #[must_use]
    pub fn gammas(mut self, gammas: impl Into<Vec<f32>>) -> Self {
        self.gamma = gammas.into();
        self
    }

    /// Whether layers compute `x + f(x)`, as those of a residual network do, instead of `f(x)`. Default: false. So the layers of a residual network make a momentum
    /// network of the same parameters.
    #[must_use]
    pub fn is_residual(mut self, is_residual: bool) -> Self {
        self.is_residual = is_residual;
        self
    }

    /// A function `g` that makes first velocities, `v_0 = g(x_0)`, where none is given (Sander et al. 2021, section 3.2). Default: velocities are 0 at first. Gradients go back through
    /// it, to `x_0` and to its parameters.
    #[must_use]
    pub fn initial_velocity(mut self, g: Arc<dyn Residual>) -> Self {
        self.velocity = Some(g);
        self
    }

    /// The momentum network of a residual network: of the same layers, with the same parameters, which are shared and not copied. `x' = g_n(x)` becomes
    ///
    /// ```text
    /// v' = gamma v + (1 - gamma) (g_n(x) - x),   x' = x + v'
    /// ```
    ///
    /// and with a gamma of 0 is the residual network again. The results of another gamma differ; the network is trained on from there.
    ///
    /// ```
    /// # fn main() -> supple::Result<()> {
    /// use std::sync::Arc;
    /// use supple::{Gpu, dense::Activation, momentum::{Mlp, MomentumNet, Residual}};
    ///
    /// let gpu = Gpu::new()?;
    /// let (w, b) = (gpu.upload(&[0.5, 0.0, 0.0, 0.5], [2, 2])?, gpu.upload(&[1.0, 0.0], [2])?);
    /// let g: Arc<dyn Residual> = Arc::new(Mlp::new(Activation::Identity, [(w, b)])?); // x / 2 + (1, 0)
    /// let x = gpu.upload(&[2.0, 4.0], [1, 2])?;
    /// let last = |gamma| -> supple::Result<Vec<f32>> {
    ///     let net = MomentumNet::from_residual_network([g.clone(), g.clone()], gamma);
    ///     gpu.run(|rec| net.forward(rec, &x, None))?.x.read(&gpu)
    /// };
    /// assert_eq!(last(0.0)?, [2.0, 1.0]); // g(g(x))
    /// assert_eq!(last(0.5)?, [2.0, 1.75]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn from_residual_network(layers: impl IntoIterator<Item = Arc<dyn Residual>>, gamma: f32) -> Self {
        Self::new(layers).gamma(gamma).is_residual(true)
    }

    /// What each layer computes.
    #[must_use]
    pub fn layers(&self) -> &[Arc<dyn Residual>] {
        &self.layers
    }

    /// All parameters by name, in the order of their gradients: `layers.0.w1` for the first one of the first layer if that is an [`Mlp`](super::Mlp), and after those of all layers
    /// `velocity.w1` and so on for [`initial_velocity`](Self::initial_velocity). Tensors that layers share are listed with each of them: [optimisers](super::optimiser) want each once, with the sum of
    /// its gradients.
    #[must_use]
    pub fn parameters(&self) -> Vec<(String, Tensor<f32>)> {
        let named = |of: String, f: &Arc<dyn Residual>| {
            let named = |(name, tensor)| (format!("{of}.{name}"), tensor);
            f.parameters().into_iter().map(named).collect::<Vec<_>>()
        };
        let layers = self.layers.iter().enumerate().flat_map(|(layer, f)| named(format!("layers.{layer}"), f));
        layers.chain(self.velocity.iter().flat_map(|g| named("velocity".to_owned(), g))).collect()
    }

    /// The last state and velocity, of the first state and velocity; `None` is a velocity of 0.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a gamma that is not from 0 to less than 1, or not one for each layer; [`Error::ShapeMismatch`] for a velocity of another
    /// shape than the state; [`Error::LimitExceeded`] for a state beyond one binding; and whatever the layers' functions return. A velocity beside
    /// [`initial_velocity`](Self::initial_velocity) is an [`Error::InvalidArgument`] too.
    pub fn forward(&self, rec: &mut Recorder<'_>, x0: &Tensor<f32>, v0: Option<&Tensor<f32>>) -> Result<State> {
        let state = self.begin_forward(rec, x0, v0)?;
        for layer in 0..self.layers.len() {
            self.step(rec, layer, &state)?;
        }
        Ok(state)
    }

    /// As [`forward`](Self::forward), and keeps the state before each layer.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    pub fn forward_storing(
        &self,
        rec: &mut Recorder<'_>,
        x0: &Tensor<f32>,
        v0: Option<&Tensor<f32>>,
    ) -> Result<Stored> {
        let last = self.begin_forward(rec, x0, v0)?;
        let v0 = rec.output(x0.shape())?;
        copy(rec, &last.v, &v0);
        let mut before = Vec::new();
        for layer in 0..self.layers.len() {
            let x = rec.output(x0.shape())?;
            copy(rec, &last.x, &x);
            before.push(x);
            self.step(rec, layer, &last)?;
        }
        Ok(Stored { last, before, v0 })
    }

    /// The first state and velocity, of the last ones:
    ///
    /// ```text
    /// x = x' - v',   v = (v' - (1 - gamma) f(x)) / gamma
    /// ```
    ///
    /// Each layer divides the errors of `v` by gamma: over `L` layers they may grow as `gamma^-L`. States that come from [`forward`](Self::forward) carry what was rounded
    /// off, so that errors begin with some 1e-14 of a number.
    ///
    /// # Errors
    /// As [`forward`](Self::forward), and [`Error::InvalidArgument`] for a gamma of 0, with which velocities are lost.
    pub fn inverse(&self, rec: &mut Recorder<'_>, last: &State) -> Result<State> {
        self.check_reversible()?;
        let state = self.begin(rec, &last.x, Some(&last.v), last.low.as_ref())?;
        for layer in (0..self.layers.len()).rev() {
            let momentum = self.momentum(layer);
            submit(rec, layer)?;
            enter(rec, momentum, Some(state.moving()), None)?;
            let f = self.layers[layer].forward(rec, &state.x)?;
            expect_same_shape(&f, &state.x)?;
            leave(rec, momentum, Change::Reversed { f: &f, state: state.moving() }, None)?;
            rec.recycle(&f);
        }
        Ok(state)
    }

    /// The gradients of a function whose gradients in the last state and velocity are `grad_x` and `grad_v` (`None` is 0), from the states that
    /// [`forward_storing`](Self::forward_storing) kept. What a layer computes within itself is computed again. The
    /// gradient in gamma is taken from differences of states, where these are large beside velocities and gamma is near 1 to fewer digits than by reversed ones.
    ///
    /// # Errors
    /// As [`forward`](Self::forward), and [`Error::ShapeMismatch`] for gradients of another shape.
    pub fn backward_stored(
        &self,
        rec: &mut Recorder<'_>,
        stored: &Stored,
        grad_x: &Tensor<f32>,
        grad_v: Option<&Tensor<f32>>,
    ) -> Result<Gradients> {
        self.check_gammas()?;
        self.check_stored(rec, &stored.last.x, stored.before.len())?;
        let mut backward = Backward::new(self, rec, stored.last.x.shape(), grad_x, grad_v)?;
        for layer in (0..self.layers.len()).rev() {
            let x = &stored.before[layer];
            backward.enter(rec, layer, None)?;
            let vjp = backward.vjp(rec, layer, x, false)?;
            let after = stored.before.get(layer + 1).unwrap_or(&stored.last.x);
            let change = match layer.checked_sub(1) {
                Some(earlier) => Change::Stored { after, x, earlier: &stored.before[earlier] },
                None => Change::First { after, x, v: &stored.v0 },
            };
            backward.leave(rec, layer, change, vjp)?;
        }
        backward.finish(rec, stored.before.first().unwrap_or(&stored.last.x))
    }

    /// The same from the last state and velocity alone, which are taken back layer by layer as [`inverse`](Self::inverse) does: memory does not grow with the number of layers,
    /// but for the gradients in the parameters. Returns the first state and velocity too, as they come out.
    ///
    /// # Errors
    /// As [`backward_stored`](Self::backward_stored) and [`inverse`](Self::inverse).
    pub fn backward_reversed(
        &self,
        rec: &mut Recorder<'_>,
        last: &State,
        grad_x: &Tensor<f32>,
        grad_v: Option<&Tensor<f32>>,
    ) -> Result<(Gradients, State)> {
        self.check_reversible()?;
        let state = self.begin(rec, &last.x, Some(&last.v), last.low.as_ref())?;
        let mut backward = Backward::new(self, rec, last.x.shape(), grad_x, grad_v)?;
        for layer in (0..self.layers.len()).rev() {
            backward.enter(rec, layer, Some(&state))?;
            let (f, vjp) = backward.value_and_vjp(rec, layer, &state.x)?;
            backward.leave(rec, layer, Change::Reversed { f: &f, state: state.moving() }, vjp)?;
            rec.recycle(&f);
        }
        Ok((backward.finish(rec, &state.x)?, state))
    }

    fn momentum(&self, layer: usize) -> Momentum {
        Momentum { gamma: self.gamma[layer], is_residual: self.is_residual }
    }

    /// The first state and velocity, to be stepped.
    pub(super) fn begin_forward(
        &self,
        rec: &mut Recorder<'_>,
        x0: &Tensor<f32>,
        v0: Option<&Tensor<f32>>,
    ) -> Result<State> {
        let Some(g) = &self.velocity else { return self.begin(rec, x0, v0, None) };
        if v0.is_some() {
            return Err(Error::InvalidArgument {
                argument: "v0",
                value: "a velocity for a network that makes its own".to_owned(),
                remedy: "give None, or no `initial_velocity`".to_owned(),
            });
        }
        rec.gpu().expect_own("x", x0)?;
        let v0 = g.forward(rec, x0)?;
        v0.expect_shape("the initial velocity of x", x0.shape())?;
        let state = self.begin(rec, x0, Some(&v0), None)?;
        rec.recycle(&v0);
        Ok(state)
    }

    /// Whether first velocities are made of first states.
    pub(super) fn makes_velocities(&self) -> bool {
        self.velocity.is_some()
    }

    /// Copies of a state and its velocity, to be stepped; everything is checked.
    pub(super) fn begin(
        &self,
        rec: &mut Recorder<'_>,
        x: &Tensor<f32>,
        v: Option<&Tensor<f32>>,
        low: Option<&[Tensor<f32>; 2]>,
    ) -> Result<State> {
        let gpu = rec.gpu().clone();
        gpu.check()?;
        gpu.expect_own("x", x)?;
        self.check_gammas()?;
        gpu.expect_bound(x.shape().bytes(), "a batch of states", FEWER)?;
        if let Some(v) = v {
            v.expect_shape("v", x.shape())?;
            gpu.expect_own("v", v)?;
        }
        let lows = low.map_or([None, None], |[x, v]| [Some(x), Some(v)]);
        let [x_low, v_low] = [copy_of(rec, lows[0], x.shape())?, copy_of(rec, lows[1], x.shape())?];
        let (x, v) = (copy_of(rec, Some(x), x.shape())?, copy_of(rec, v, x.shape())?);
        Ok(State { x, v, low: Some([x_low, v_low]) })
    }

    pub(super) fn check_gammas(&self) -> Result<()> {
        if self.gamma.len() != self.layers.len() {
            return Err(Error::InvalidArgument {
                argument: "gammas",
                value: format!("{} of them", self.gamma.len()),
                remedy: format!("give one for each of the {} layers", self.layers.len()),
            });
        }
        if let Some(layer) = self.gamma.iter().position(|gamma| !(0.0..1.0).contains(gamma)) {
            return Err(Error::InvalidArgument {
                argument: "gamma",
                value: format!("{} of layer {layer}", self.gamma[layer]),
                remedy: "give a number from 0 to less than 1".to_owned(),
            });
        }
        Ok(())
    }

    /// Checks that as many states were stored as there are layers.
    pub(super) fn check_stored<T: Element>(&self, rec: &Recorder<'_>, last: &Tensor<T>, states: usize) -> Result<()> {
        rec.gpu().check()?;
        rec.gpu().expect_own("stored", last)?;
        if states == self.layers.len() {
            return Ok(());
        }
        Err(Error::InvalidArgument {
            argument: "stored",
            value: format!("the states before {states} layers"),
            remedy: format!("give those of this network, which has {}", self.layers.len()),
        })
    }

    fn check_reversible(&self) -> Result<()> {
        match self.gamma.iter().position(|&gamma| gamma == 0.0) {
            None => Ok(()),
            Some(layer) => Err(Error::InvalidArgument {
                argument: "gamma",
                value: format!("0 of layer {layer}, with which velocities are lost"),
                remedy: "give more than 0, or store states".to_owned(),
            }),
        }
    }

    fn step(&self, rec: &mut Recorder<'_>, layer: usize, state: &State) -> Result<()> {
        submit(rec, layer)?;
        let f = self.layers[layer].forward(rec, &state.x)?;
        expect_same_shape(&f, &state.x)?;
        step(rec, self.momentum(layer), &f, state.moving())?;
        rec.recycle(&f);
        Ok(())
    }
}

/// A backward pass on its way.
pub(super) struct Backward<'n> {
    net: &'n MomentumNet,
    grad_x: Tensor<f32>,
    grad_v: Tensor<f32>,
    gamma: Tensor<f32>,
    /// From the last layer to the first.
    parameters: Vec<Vec<Tensor<f32>>>,
    extra: Vec<Option<Tensor<f32>>>,
    /// The cotangent of what a layer computes.
    cotangent: Tensor<f32>,
}

impl<'n> Backward<'n> {
    pub(super) fn new(
        net: &'n MomentumNet,
        rec: &mut Recorder<'_>,
        shape: Shape,
        grad_x: &Tensor<f32>,
        grad_v: Option<&Tensor<f32>>,
    ) -> Result<Self> {
        grad_x.expect_shape("grad_x", shape)?;
        rec.gpu().expect_own("grad_x", grad_x)?;
        if let Some(grad_v) = grad_v {
            grad_v.expect_shape("grad_v", shape)?;
            rec.gpu().expect_own("grad_v", grad_v)?;
        }
        let (grad_x, grad_v) = (copy_of(rec, Some(grad_x), shape)?, copy_of(rec, grad_v, shape)?);
        let gamma = rec.output([net.layers.len() as u32])?;
        // Not scratch memory: a function may return it as its gradient.
        let cotangent = rec.output(shape)?;
        Ok(Self { net, grad_x, grad_v, gamma, parameters: Vec::new(), extra: Vec::new(), cotangent })
    }

    fn pulled(&self) -> Pulled<'_> {
        Pulled { x: &self.grad_x, v: &self.grad_v }
    }

    pub(super) fn enter(&self, rec: &mut Recorder<'_>, layer: usize, state: Option<&State>) -> Result<()> {
        submit(rec, layer)?;
        enter(rec, self.net.momentum(layer), state.map(State::moving), Some((self.pulled(), &self.cotangent)))
    }

    fn vjp(&self, rec: &mut Recorder<'_>, layer: usize, x: &Tensor<f32>, value: bool) -> Result<ResidualVjp> {
        let vjp = self.net.layers[layer].vjp(rec, x, &self.cotangent, value)?;
        vjp.x.expect_shape("the gradient of f(x)", x.shape())?;
        Ok(vjp)
    }

    /// What a layer computes, and its gradients.
    pub(super) fn value_and_vjp(
        &self,
        rec: &mut Recorder<'_>,
        layer: usize,
        x: &Tensor<f32>,
    ) -> Result<(Tensor<f32>, ResidualVjp)> {
        let mut vjp = self.vjp(rec, layer, x, true)?;
        let Some(f) = vjp.value.take() else {
            return Err(Error::InvalidArgument {
                argument: "Residual::vjp",
                value: "no value, which was asked for".to_owned(),
                remedy: "return f(x) where `value` is true".to_owned(),
            });
        };
        expect_same_shape(&f, x)?;
        Ok((f, vjp))
    }

    pub(super) fn leave(
        &mut self,
        rec: &mut Recorder<'_>,
        layer: usize,
        change: Change<'_>,
        vjp: ResidualVjp,
    ) -> Result<()> {
        let gamma = self.gamma.rows(layer as u32..layer as u32 + 1)?;
        let gradients = LayerGradients { jacobian: &vjp.x, pulled: self.pulled(), gamma: &gamma };
        leave(rec, self.net.momentum(layer), change, Some(gradients))?;
        rec.recycle(&vjp.x);
        self.parameters.push(vjp.parameters);
        self.extra.push(vjp.extra);
        Ok(())
    }

    /// What there is after the first layer, of the first state.
    pub(super) fn finish(mut self, rec: &mut Recorder<'_>, x0: &Tensor<f32>) -> Result<Gradients> {
        self.parameters.reverse();
        self.extra.reverse();
        let (mut velocity, mut velocity_extra) = (Vec::new(), None);
        if let Some(g) = &self.net.velocity {
            let vjp = g.vjp(rec, x0, &self.grad_v, false)?;
            vjp.x.expect_shape("the gradient of the initial velocity", x0.shape())?;
            rec.add(&self.grad_x, &vjp.x)?;
            rec.recycle(&vjp.x);
            (velocity, velocity_extra) = (vjp.parameters, vjp.extra);
        }
        let Self { grad_x: x, grad_v: v, gamma, parameters, extra, .. } = self;
        Ok(Gradients { x, v, gamma, parameters, velocity, velocity_extra, extra })
    }
}

/// Submits what came before every sixteenth layer.
pub(super) fn submit(rec: &mut Recorder<'_>, layer: usize) -> Result<()> {
    if layer.is_multiple_of(SUBMITTED) && layer > 0 { rec.submit_part() } else { Ok(()) }
}

/// Checks what a layer's function returned.
pub(super) fn expect_same_shape(f: &Tensor<f32>, x: &Tensor<f32>) -> Result<()> {
    f.expect_shape("f(x)", x.shape())
}

/// A copy between tensors of ours.
pub(super) fn copy<T: Element>(rec: &mut Recorder<'_>, from: &Tensor<T>, to: &Tensor<T>) {
    rec.copy((&Binding::exact(from), 0), (&Binding::exact(to), 0), from.shape().bytes());
}

/// A copy of a tensor, a caller's own too; of nothing, zeros.
fn copy_of(rec: &mut Recorder<'_>, from: Option<&Tensor<f32>>, shape: Shape) -> Result<Tensor<f32>> {
    let to = rec.output(shape)?;
    match from {
        Some(from) if from.block().is_pooled() => copy(rec, from, &to),
        _ => {
            rec.clear(&to, 0..shape.elements())?;
            // A caller's buffer may not have the usage that a copy wants.
            if let Some(from) = from {
                rec.add(&to, from)?;
            }
        }
    }
    Ok(to)
}
