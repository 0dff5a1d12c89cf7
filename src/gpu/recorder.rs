//! [`Recorder`]: appends dispatches to a command encoder, its own or the caller's.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use super::binding::{Binding, Memory};
use super::context::Gpu;
use super::guard::guard;
use super::kernel::{Kernel, Pipeline};
use super::pool::{Block, create_buffer, lock};
use super::profile::Timer;
use super::shader::Access;
use super::shaders::{ADD, CLEAR};
use super::tensor::{ELEMENT_BYTES, Element, Shape, Tensor};
use super::texels::{TEXEL_BYTES, Texels, WIDTH};
use crate::error::{Error, Result};

/// Textures and storage buffers of one dispatch, and its parameters.
const MAX_BINDINGS: usize = 9;

/// Bytes of one buffer of parameters; a recording that needs more takes another one.
const PARAMETER_BYTES: u64 = 16 * 1024;

/// Dispatches that are submitted together by operators that may take any number of them.
const TOGETHER: u32 = 1024;

/// What stands before the parameters: the index 0 in a `vec4<u32>`; see shaders/shared/dispatch.wgsl.
const PARAMETER_INDEX: [u8; 16] = [0; 16];

/// Invocations of a workgroup of the kernels that clear and add.
const ELEMENTWISE_WORKGROUP: u64 = 64;

/// `Params` of `shaders/clear.wgsl`.
#[derive(Clone, Copy, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
struct ClearParams {
    first: u32,
    count: u32,
    padding0: u32,
    padding1: u32,
}

/// `Params` of `shaders/add.wgsl`.
#[derive(Clone, Copy, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
struct AddParams {
    in_first: u32,
    out_first: u32,
    count: u32,
    padding: u32,
}

/// Workgroups along the first dimension of a dispatch; the kernels count on in the second one.
const WORKGROUPS_X: u32 = 65_535;

/// One dispatch.
pub(crate) struct Dispatch<'a, P> {
    pub(crate) kernel: Kernel,
    /// One for each of the shader's bindings, in their order.
    pub(crate) bindings: &'a [Binding],
    pub(crate) params: P,
    /// How many workgroups; spread over two dimensions where one does not hold them.
    pub(crate) workgroups: u64,
}

/// Appends work to a command encoder. Made by [`Gpu::run`], [`Gpu::run_profiled`] and [`Gpu::record_into`].
///
/// Keeps every buffer that it uses alive until the work is submitted; `wgpu` does from there on.
#[must_use = "a recorder that is dropped at once has recorded nothing"]
pub struct Recorder<'e> {
    gpu: Gpu,
    encoder: Encoder<'e>,
    /// The compute pass that is open, if any.
    pass: Option<wgpu::ComputePass<'static>>,
    used: Vec<Arc<Block>>,
    /// Scratch memory that the next operator of this recording can have: the two run one after the other.
    scratch: Vec<Arc<Block>>,
    /// What has been lent of it and not been given back.
    lent: HashSet<u64>,
    /// Likewise of textures.
    used_texels: Vec<Arc<Texels>>,
    free_texels: Vec<Arc<Texels>>,
    parameters: Vec<Parameters>,
    /// What the host computed for kernels to read.
    tables: Vec<Parameters>,
    timer: Option<Timer>,
    /// Whether nothing is ever submitted: kernels are only compiled.
    rehearsal: bool,
    /// Dispatches since the last submission.
    waiting: u32,
    /// The last submission.
    submitted: Option<wgpu::SubmissionIndex>,
    /// Dispatches so far.
    #[cfg(test)]
    pub(crate) dispatches: u32,
}

enum Encoder<'e> {
    Own(wgpu::CommandEncoder),
    Theirs(&'e mut wgpu::CommandEncoder),
}

/// A buffer of parameters or of a table, and what will be in it.
struct Parameters {
    block: Arc<Block>,
    bytes: Vec<u8>,
}

impl Recorder<'static> {
    pub(super) fn own(gpu: &Gpu) -> Result<Self> {
        gpu.check()?;
        let encoder = gpu.device().create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("supple") });
        Ok(Self::new(gpu, Encoder::Own(encoder)))
    }
}

impl<'e> Recorder<'e> {
    pub(super) fn theirs(gpu: &Gpu, encoder: &'e mut wgpu::CommandEncoder) -> Result<Self> {
        gpu.check()?;
        Ok(Self::new(gpu, Encoder::Theirs(encoder)))
    }

    fn new(gpu: &Gpu, encoder: Encoder<'e>) -> Self {
        Self {
            gpu: gpu.clone(),
            encoder,
            pass: None,
            used: Vec::new(),
            scratch: Vec::new(),
            lent: HashSet::new(),
            used_texels: Vec::new(),
            free_texels: Vec::new(),
            parameters: Vec::new(),
            tables: Vec::new(),
            timer: None,
            rehearsal: false,
            waiting: 0,
            submitted: None,
            #[cfg(test)]
            dispatches: 0,
        }
    }

    /// The GPU that the work is for.
    #[must_use]
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    pub(super) fn set_timer(&mut self, timer: Timer) {
        self.timer = Some(timer);
    }

    /// From here on nothing is submitted.
    pub(super) fn rehearse(&mut self) {
        self.rehearsal = true;
    }

    /// Whether nothing that is recorded will run.
    pub(crate) fn is_rehearsal(&self) -> bool {
        self.rehearsal
    }

    /// Checks a caller's tensor for an output: its shape, that it is of this GPU, and that it shares no byte with an input or an output before it.
    pub(crate) fn expect_output<T: Element>(
        &self,
        argument: &'static str,
        output: &Tensor<T>,
        shape: Shape,
        others: &[Binding],
    ) -> Result<()> {
        output.expect_shape(argument, shape)?;
        self.gpu.expect_own(argument, output)?;
        let own = Binding::exact(output);
        if others.iter().any(|other| other.overlaps(&own)) {
            return Err(Error::InvalidArgument {
                argument,
                value: "an output in the same bytes as an input or another output".to_owned(),
                remedy: "give it memory of its own".to_owned(),
            });
        }
        Ok(())
    }

    /// A tensor for an output, with anything in it.
    pub(crate) fn output<T: Element>(&mut self, shape: impl Into<Shape>) -> Result<Tensor<T>> {
        let shape = shape.into();
        let block = self.gpu.take(shape.bytes())?;
        // It may have been lent as scratch memory, and have been dropped instead of given back.
        if let Some(number) = block.number() {
            self.lent.remove(&number);
        }
        self.poison(&block);
        self.keep(&block);
        Ok(Tensor::from_block(block, shape))
    }

    /// Memory that one operator needs while it runs, with anything in it. The binding has exactly this many bytes: the
    /// block behind it, of a size class, may be larger than the device lets a kernel see.
    pub(crate) fn scratch(&mut self, bytes: u64) -> Result<Binding> {
        Ok(Binding::of_block(self.lend(bytes)?, bytes))
    }

    fn lend(&mut self, bytes: u64) -> Result<Arc<Block>> {
        // The smallest that fits, however large: it lies idle otherwise.
        let fitting = self.scratch.iter().enumerate().filter(|(_, block)| block.buffer().size() >= bytes);
        let block = match fitting.min_by_key(|(_, block)| block.buffer().size()) {
            Some((found, _)) => self.scratch.swap_remove(found),
            None => self.gpu.take(bytes)?,
        };
        self.lent.extend(block.number());
        self.poison(&block);
        Ok(block)
    }

    /// The same as a texture, which shaders read and write where [`Capabilities::texels`](super::Capabilities::texels) says so.
    pub(crate) fn scratch_texels(&mut self, bytes: u64) -> Result<Binding> {
        let texels = self.lend_texels(bytes)?;
        self.poison_texels(&texels);
        Ok(Binding::of_texels(texels, bytes))
    }

    /// Gives scratch memory back once the last dispatch that needs it is recorded.
    pub(crate) fn release(&mut self, scratch: Binding) {
        match scratch.memory {
            Memory::Buffer(block) => {
                if let Some(number) = block.number() {
                    self.lent.remove(&number);
                }
                self.keep(&block);
                self.scratch.push(block);
            }
            Memory::Texels(texels) => {
                self.keep_texels(&texels);
                self.free_texels.push(texels);
            }
        }
    }

    /// Gives back what a caller's function returned where that is scratch memory of this recording; anything else, such as an input of the function or one of its
    /// parameters, stays as it is.
    pub(crate) fn recycle<T: Element>(&mut self, tensor: &Tensor<T>) {
        if tensor.block().number().is_some_and(|number| self.lent.contains(&number)) {
            self.release_tensor(tensor);
        }
    }

    /// Scratch memory as a tensor, for operators that take tensors. To be given back by [`release_tensor`](Self::release_tensor).
    pub(crate) fn scratch_tensor<T: Element>(&mut self, shape: impl Into<Shape>) -> Result<Tensor<T>> {
        let shape = shape.into();
        let block = self.lend(shape.bytes())?;
        Ok(Tensor::from_block(block, shape))
    }

    /// As [`release`](Self::release).
    pub(crate) fn release_tensor<T: Element>(&mut self, scratch: &Tensor<T>) {
        self.release(Binding::exact(scratch));
    }

    /// A copy of memory as a texture; to be given back by [`release`](Self::release).
    pub(crate) fn texels(&mut self, source: &Binding) -> Result<Binding> {
        let texels = self.lend_texels(source.size)?;
        if let Memory::Buffer(block) = &source.memory {
            self.keep(block);
            self.copy_to_texels(block.buffer(), source.offset, &texels, 0, source.size.div_ceil(TEXEL_BYTES) as u32);
        }
        Ok(Binding::of_texels(texels, source.size))
    }

    /// The smallest texture of this recording that fits, or another one, with anything in it.
    fn lend_texels(&mut self, bytes: u64) -> Result<Arc<Texels>> {
        let row = u64::from(WIDTH) * TEXEL_BYTES;
        let fitting = self.free_texels.iter().enumerate().filter(|(_, t)| u64::from(t.height()) * row >= bytes);
        let texels = match fitting.min_by_key(|(_, texels)| texels.height()) {
            Some((found, _)) => self.free_texels.swap_remove(found),
            None => self.gpu.take_texels(bytes)?,
        };
        self.keep_texels(&texels);
        Ok(texels)
    }

    /// Appends a copy of `count` whole texels from an offset in a buffer to texel `first` and those after it.
    fn copy_to_texels(&mut self, buffer: &wgpu::Buffer, offset: u64, texels: &Texels, first: u32, count: u32) {
        let (mut at, end) = (first, first + count);
        while at < end {
            // The rest of a row, then rows, then what is left.
            let (x, y) = (at % WIDTH, at / WIDTH);
            let width = (WIDTH - x).min(end - at);
            let height = if width == WIDTH { (end - at) / WIDTH } else { 1 };
            let layout = wgpu::TexelCopyBufferLayout {
                offset: offset + u64::from(at - first) * TEXEL_BYTES,
                bytes_per_row: Some(WIDTH * TEXEL_BYTES as u32),
                rows_per_image: None,
            };
            let target = wgpu::TexelCopyTextureInfo {
                texture: texels.texture(),
                mip_level: 0,
                origin: wgpu::Origin3d { x, y, z: 0 },
                aspect: wgpu::TextureAspect::All,
            };
            let size = wgpu::Extent3d { width, height, depth_or_array_layers: 1 };
            self.encoder().copy_buffer_to_texture(wgpu::TexelCopyBufferInfo { buffer, layout }, target, size);
            at += width * height;
        }
    }

    /// Whether bytes from an offset in a binding on can be copied to a texture; a caller's buffer may lack the usage.
    pub(crate) fn can_copy_to_texels(source: (&Binding, u64)) -> bool {
        let aligned = (source.0.offset + source.1).is_multiple_of(TEXEL_BYTES);
        aligned && source.0.buffer().is_some_and(|buffer| buffer.usage().contains(wgpu::BufferUsages::COPY_SRC))
    }

    /// Appends a copy of `count` texels from there to texel `first` of a texture and those after it.
    pub(crate) fn fill_texels(&mut self, source: (&Binding, u64), target: (&Binding, u32), count: u32) {
        let (Some(block), Memory::Texels(texels)) = (source.0.block().cloned(), &target.0.memory) else {
            unreachable!("from a buffer to a texture");
        };
        self.keep(&block);
        self.keep_texels(texels);
        self.copy_to_texels(block.buffer(), source.0.offset + source.1, texels, target.1, count);
    }

    /// What a kernel binds where it reads nothing.
    pub(crate) fn nothing(&mut self) -> Result<Binding> {
        let binding = self.scratch(16)?;
        self.release(binding.clone());
        Ok(binding)
    }

    /// A table that the host computed, for kernels to read. It goes to the queue with the parameters.
    pub(crate) fn table<T: bytemuck::NoUninit>(&mut self, entries: &[T]) -> Result<Binding> {
        let bytes = bytemuck::cast_slice(entries).to_vec();
        let size = (bytes.len() as u64).max(16);
        Ok(Binding::of_block(self.take_table(bytes, size)?, size))
    }

    fn take_table(&mut self, bytes: Vec<u8>, size: u64) -> Result<Arc<Block>> {
        let block = self.gpu.take(size)?;
        self.tables.push(Parameters { block: block.clone(), bytes });
        Ok(block)
    }

    /// A tensor of numbers that the host computed, likewise.
    pub(crate) fn constants(&mut self, values: &[f32]) -> Result<Tensor<f32>> {
        let shape: Shape = [values.len() as u32].into();
        let block = self.take_table(bytemuck::cast_slice(values).to_vec(), shape.bytes())?;
        Ok(Tensor::from_block(block, shape))
    }

    /// Appends a copy of `bytes` bytes, a multiple of 4, from one place in scratch memory to another, neither of them a texture.
    pub(crate) fn copy(&mut self, source: (&Binding, u64), target: (&Binding, u64), bytes: u64) {
        let (Some(from), Some(to)) = (source.0.block().cloned(), target.0.block().cloned()) else {
            unreachable!("textures are not copied");
        };
        self.keep(&from);
        self.keep(&to);
        let (from_offset, to_offset) = (source.0.offset + source.1, target.0.offset + target.1);
        self.encoder().copy_buffer_to_buffer(from.buffer(), from_offset, to.buffer(), to_offset, bytes);
    }

    /// Appends `to += from`, element by element, for tensors of one shape.
    pub(crate) fn add(&mut self, to: &Tensor<f32>, from: &Tensor<f32>) -> Result<()> {
        let room = self.elementwise_room();
        let elements = to.shape().elements();
        let mut begin = 0;
        while begin < elements {
            let end = elements.min(begin + room);
            let (input, in_first) = Binding::range(&self.gpu, from, begin..end);
            let (output, out_first) = Binding::range(&self.gpu, to, begin..end);
            self.dispatch(&Dispatch {
                kernel: Kernel::new(&ADD, [ELEMENTWISE_WORKGROUP as u32]),
                bindings: &[input, output],
                params: AddParams { in_first, out_first, count: (end - begin) as u32, padding: 0 },
                workgroups: (end - begin).div_ceil(ELEMENTWISE_WORKGROUP),
            })?;
            begin = end;
        }
        Ok(())
    }

    /// Appends a fill with zeros of elements `range` of a tensor: by the encoder, or by a kernel for a caller's buffer, which may
    /// lack the usage that the encoder wants.
    pub(crate) fn clear<T: Element>(&mut self, tensor: &Tensor<T>, range: std::ops::Range<u64>) -> Result<()> {
        if tensor.block().is_pooled() {
            self.keep(tensor.block());
            let begin = tensor.offset() + range.start * ELEMENT_BYTES;
            let bytes = (range.end - range.start) * ELEMENT_BYTES;
            self.encoder().clear_buffer(tensor.block().buffer(), begin, Some(bytes));
            return Ok(());
        }
        let room = self.elementwise_room();
        let mut begin = range.start;
        while begin < range.end {
            let end = range.end.min(begin + room);
            let (binding, first) = Binding::range(&self.gpu, tensor, begin..end);
            self.clear_binding(binding, first, end - begin)?;
            begin = end;
        }
        Ok(())
    }

    /// Elements that one dispatch of a kernel with an invocation for each reaches.
    fn elementwise_room(&self) -> u64 {
        let capabilities = self.gpu.capabilities();
        let workgroups = u64::from(capabilities.limits.max_compute_workgroups_per_dimension.min(WORKGROUPS_X));
        let bound = capabilities.max_range_bytes() / ELEMENT_BYTES;
        bound.min(workgroups * workgroups * ELEMENTWISE_WORKGROUP).max(1)
    }

    /// Appends a fill with zeros of `count` elements of a binding.
    pub(crate) fn clear_binding(&mut self, binding: Binding, first: u32, count: u64) -> Result<()> {
        self.dispatch(&Dispatch {
            kernel: Kernel::new(&CLEAR, [ELEMENTWISE_WORKGROUP as u32]),
            bindings: &[binding],
            params: ClearParams { first, count: count as u32, ..ClearParams::default() },
            workgroups: count.div_ceil(ELEMENTWISE_WORKGROUP),
        })
    }

    /// Appends one dispatch.
    pub(crate) fn dispatch<P: bytemuck::Pod>(&mut self, work: &Dispatch<'_, P>) -> Result<()> {
        debug_assert_eq!(work.bindings.len(), work.kernel.shader.bindings.len(), "{}", work.kernel.shader.name);
        if work.workgroups == 0 {
            return Ok(());
        }
        let [x, y] = self.grid(work)?;
        let gpu = self.gpu.clone();
        let pipeline = gpu.kernels().get(&gpu, &work.kernel)?;
        let (unaliased, copies) = self.unaliased(work)?;
        let bindings = unaliased.as_deref().unwrap_or(work.bindings);
        for binding in bindings {
            match &binding.memory {
                Memory::Buffer(block) => self.keep(block),
                Memory::Texels(texels) => self.keep_texels(texels),
            }
        }
        let (parameters, offset) = self.parameters(bytemuck::bytes_of(&work.params))?;
        let size = PARAMETER_INDEX.len() + size_of::<P>();
        // What is recorded into a caller's encoder is never used again, and so not worth keeping.
        let keep = matches!(self.encoder, Encoder::Own(_));
        let group = gpu.bind_groups().get(&gpu, &pipeline, bindings, (&parameters, size as u64), keep)?;
        let pass = self.pass(work.kernel.shader.name)?;
        pass.set_pipeline(&pipeline.compute);
        pass.set_bind_group(0, &group, &[offset]);
        pass.dispatch_workgroups(x, y, 1);
        self.waiting += 1;
        #[cfg(test)]
        {
            self.dispatches += 1;
        }
        for copy in copies {
            self.release(copy);
        }
        Ok(())
    }

    /// The dispatch's two dimensions.
    fn grid<P>(&self, work: &Dispatch<'_, P>) -> Result<[u32; 2]> {
        let max = u64::from(self.gpu.capabilities().limits.max_compute_workgroups_per_dimension.min(WORKGROUPS_X));
        let x = work.workgroups.min(max);
        let y = work.workgroups.div_ceil(x);
        if y > max {
            return Err(Error::LimitExceeded {
                what: format!("the kernel {}", work.kernel.shader.name),
                limit: "max_compute_workgroups_per_dimension squared",
                asked: work.workgroups,
                have: max * max,
                remedy: "split the batch",
            });
        }
        Ok([x as u32, y as u32])
    }

    /// `wgpu` refuses a buffer that one dispatch reads and writes, even in ranges that do not touch, and
    /// frameworks put many tensors into one buffer: what is read is then copied out first.
    /// Returns the bindings to use, `None` where they need no change, and the copies among them.
    fn unaliased<P>(&mut self, work: &Dispatch<'_, P>) -> Result<(Option<Vec<Binding>>, Vec<Binding>)> {
        let access = work.kernel.shader.bindings;
        let written = |i: usize| access[i] == Access::ReadWrite;
        let mut changed: Option<Vec<Binding>> = None;
        let mut copies = Vec::new();
        for (i, binding) in work.bindings.iter().enumerate() {
            let Some(source) = binding.buffer() else { continue };
            let shares = |(j, other): (usize, &Binding)| written(j) && other.buffer() == Some(source);
            if written(i) || !work.bindings.iter().enumerate().any(shares) {
                continue;
            }
            if !source.usage().contains(wgpu::BufferUsages::COPY_SRC) {
                return Err(Error::InvalidArgument {
                    argument: "buffer",
                    value: "read and written by one call, without BufferUsages::COPY_SRC".to_owned(),
                    remedy: "create it with COPY_SRC, or put outputs into another buffer than inputs".to_owned(),
                });
            }
            let (offset, size) = (binding.offset, binding.size);
            let block = self.lend(size)?;
            self.encoder().copy_buffer_to_buffer(source, offset, block.buffer(), 0, size);
            let copy = Binding::of_block(block, size);
            changed.get_or_insert_with(|| work.bindings.to_vec())[i] = copy.clone();
            copies.push(copy);
        }
        Ok((changed, copies))
    }

    /// Puts parameters into the current buffer of them; returns it and where they are.
    fn parameters(&mut self, bytes: &[u8]) -> Result<(Arc<Block>, u32)> {
        let alignment = u64::from(self.gpu.capabilities().limits.min_uniform_buffer_offset_alignment);
        let aligned = |length: usize| (length as u64).next_multiple_of(alignment);
        let size = (PARAMETER_INDEX.len() + bytes.len()) as u64;
        let full = |p: &Parameters| aligned(p.bytes.len()) + size > PARAMETER_BYTES;
        if self.parameters.last().is_none_or(full) {
            let block = self.gpu.take(PARAMETER_BYTES)?;
            self.parameters.push(Parameters { block, bytes: Vec::with_capacity(PARAMETER_BYTES as usize) });
        }
        let Some(current) = self.parameters.last_mut() else { unreachable!("one was pushed just now") };
        let offset = aligned(current.bytes.len());
        current.bytes.resize(offset as usize, 0);
        current.bytes.extend_from_slice(&PARAMETER_INDEX);
        current.bytes.extend_from_slice(bytes);
        Ok((current.block.clone(), offset as u32))
    }

    /// Keeps a block alive until the work is submitted.
    fn keep(&mut self, block: &Arc<Block>) {
        if matches!(self.encoder, Encoder::Theirs(_)) {
            block.pin();
        }
        if !self.used.iter().rev().take(MAX_BINDINGS).any(|used| Arc::ptr_eq(used, block)) {
            self.used.push(block.clone());
        }
    }

    /// Keeps a texture alive likewise.
    fn keep_texels(&mut self, texels: &Arc<Texels>) {
        if matches!(self.encoder, Encoder::Theirs(_)) {
            texels.pin();
        }
        if !self.used_texels.iter().rev().take(MAX_BINDINGS).any(|used| Arc::ptr_eq(used, texels)) {
            self.used_texels.push(texels.clone());
        }
    }

    /// The encoder, with no pass open, for a caller's own commands: they run after what was recorded before, and before what is recorded later.
    pub fn encoder(&mut self) -> &mut wgpu::CommandEncoder {
        self.pass = None;
        match &mut self.encoder {
            Encoder::Own(encoder) => encoder,
            Encoder::Theirs(encoder) => encoder,
        }
    }

    /// An open pass: the last one, or with a timer a new one for every kernel.
    fn pass(&mut self, name: &'static str) -> Result<&mut wgpu::ComputePass<'static>> {
        if self.timer.is_some() {
            self.pass = None;
        }
        if self.pass.is_none() {
            let encoder = match &mut self.encoder {
                Encoder::Own(encoder) => encoder,
                Encoder::Theirs(encoder) => encoder,
            };
            let pass = match &mut self.timer {
                Some(timer) => timer.begin_pass(encoder, name)?,
                None => encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default()),
            };
            self.pass = Some(pass.forget_lifetime());
        }
        let Some(pass) = &mut self.pass else { unreachable!("one was opened just now") };
        Ok(pass)
    }

    fn poison(&mut self, block: &Arc<Block>) {
        if !self.gpu.poison() {
            return;
        }
        let size = block.buffer().size();
        if let Some(nan) = self.nan(size) {
            self.encoder().copy_buffer_to_buffer(&nan, 0, block.buffer(), 0, size);
        }
    }

    fn poison_texels(&mut self, texels: &Arc<Texels>) {
        if !self.gpu.poison() {
            return;
        }
        let size = u64::from(WIDTH) * u64::from(texels.height()) * TEXEL_BYTES;
        if let Some(nan) = self.nan(size) {
            self.copy_to_texels(&nan, 0, texels, 0, size.div_ceil(TEXEL_BYTES) as u32);
        }
    }

    /// A clear writes zeros only, so NaN comes from a buffer that the queue fills before the encoder runs.
    fn nan(&self, size: u64) -> Option<wgpu::Buffer> {
        let usage = wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST;
        let nan = create_buffer(self.gpu.device(), size, usage).ok()?;
        self.gpu.queue().write_buffer(&nan, 0, &vec![0xff; size as usize]);
        Some(nan)
    }

    /// Ends the recording: parameters and tables go to the queue, to be there before the encoder's work runs.
    fn finish(&mut self) {
        self.pass = None;
        for Parameters { block, mut bytes } in self.parameters.drain(..).chain(self.tables.drain(..)) {
            if matches!(self.encoder, Encoder::Theirs(_)) {
                block.pin();
            }
            bytes.resize(bytes.len().next_multiple_of(4), 0);
            self.gpu.queue().write_buffer(block.buffer(), 0, &bytes);
            // Not free yet: another thread would write its parameters here before this work is submitted.
            self.used.push(block);
        }
    }

    /// Submits the recorder's own encoder.
    pub(super) fn submit(mut self) -> Result<Option<Timer>> {
        let mut timer = self.timer.take();
        if let Some(timer) = &mut timer {
            let gpu = self.gpu.clone();
            guard(gpu.device(), "a submission", 0, || timer.resolve(self.encoder()))
                .map_err(|error| gpu.explain(error))?;
        }
        self.submit_recorded()?;
        Ok(timer)
    }

    /// Submits what has been recorded so far, for an operator that waits for it, and goes on with a new encoder. Returns whether anything
    /// runs.
    #[cfg(all(feature = "rayon", not(target_family = "wasm")))]
    pub(crate) fn flush(&mut self) -> Result<bool> {
        self.expect_own_encoder()?;
        self.submit_part()?;
        Ok(!self.rehearsal)
    }

    /// Submits what has been recorded so far into an encoder of our own, so that what was needed for it is free again: for work with so many dispatches that
    /// their parameters take memory.
    pub(crate) fn submit_part(&mut self) -> Result<()> {
        if self.rehearsal || matches!(self.encoder, Encoder::Theirs(_)) {
            return Ok(());
        }
        self.submit_recorded()?;
        // Whoever uses them later does so in a later submission.
        self.used.clear();
        self.used_texels.clear();
        Ok(())
    }

    /// As [`submit_part`](Self::submit_part) where many dispatches have been recorded since the last time, for operators that take any number of them. On a
    /// device of our own it then waits for what was submitted before: what the GPU has not come to yet takes memory too, and the host is
    /// faster. Another one is not ours to poll.
    pub(crate) fn submit_many(&mut self) -> Result<()> {
        if self.waiting < TOGETHER || self.rehearsal || matches!(self.encoder, Encoder::Theirs(_)) {
            return Ok(());
        }
        let before = self.submitted.take();
        self.submit_part()?;
        // In a browser no thread can wait.
        if before.is_some() && self.gpu.is_owned() && !cfg!(target_family = "wasm") {
            self.gpu.wait(before)?;
        }
        Ok(())
    }

    /// Checks that what is recorded can be submitted.
    #[cfg(all(feature = "rayon", not(target_family = "wasm")))]
    pub(crate) fn expect_own_encoder(&self) -> Result<()> {
        match self.encoder {
            Encoder::Own(_) => Ok(()),
            Encoder::Theirs(_) => Err(Error::InvalidArgument {
                argument: "rec",
                value: "a recorder of a caller's encoder".to_owned(),
                remedy: "call it within Gpu::run: a solver on the host waits for the GPU".to_owned(),
            }),
        }
    }

    fn submit_recorded(&mut self) -> Result<()> {
        let gpu = self.gpu.clone();
        guard(gpu.device(), "a submission", 0, || {
            self.finish();
            if let Encoder::Own(encoder) = &mut self.encoder {
                let empty = gpu.device().create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
                self.submitted = Some(gpu.queue().submit([std::mem::replace(encoder, empty).finish()]));
                self.waiting = 0;
            }
        })
        .map_err(|error| gpu.explain(error))?;
        gpu.check()
    }
}

impl Drop for Recorder<'_> {
    fn drop(&mut self) {
        if matches!(self.encoder, Encoder::Theirs(_)) {
            let device = self.gpu.device().clone();
            // A device that is lost here shows in the caller's own submission.
            let _ = guard(&device, "parameters", PARAMETER_BYTES, || self.finish());
        }
    }
}

/// The identity of a bind group: its layout, and identity, offset and size of every buffer.
type GroupKey = (usize, [(u64, u64, u64); MAX_BINDINGS]);

/// Bind groups of pooled buffers, which come around again and again.
#[derive(Default)]
pub(crate) struct BindGroups(Mutex<HashMap<GroupKey, wgpu::BindGroup>>);

/// Bind groups that are kept; each holds on to its buffers, so that there must be an end.
const KEPT_GROUPS: usize = 1024;

impl BindGroups {
    /// Finds or makes a bind group; `keep` says whether the same one may be asked for again.
    fn get(
        &self,
        gpu: &Gpu,
        pipeline: &Pipeline,
        bindings: &[Binding],
        (parameters, params_size): (&Block, u64),
        keep: bool,
    ) -> Result<wgpu::BindGroup> {
        let key = if keep { group_key(pipeline, bindings, (parameters, params_size)) } else { None };
        if let Some(found) = key.and_then(|key| lock(&self.0).get(&key).cloned()) {
            return Ok(found);
        }
        let resource = |buffer, offset, size| {
            wgpu::BindingResource::Buffer(wgpu::BufferBinding { buffer, offset, size: wgpu::BufferSize::new(size) })
        };
        let bound = bindings.iter().map(|binding| match &binding.memory {
            Memory::Buffer(block) => resource(block.buffer(), binding.offset, binding.size),
            Memory::Texels(texels) => wgpu::BindingResource::TextureView(texels.view()),
        });
        let all = bound.chain([resource(parameters.buffer(), 0, params_size)]);
        let entries: Vec<_> = all
            .enumerate()
            .map(|(binding, resource)| wgpu::BindGroupEntry { binding: binding as u32, resource })
            .collect();
        let group = guard(gpu.device(), "a bind group", 0, || {
            gpu.device().create_bind_group(&wgpu::BindGroupDescriptor {
                label: None,
                layout: &pipeline.layout.group,
                entries: &entries,
            })
        })
        .map_err(|error| gpu.explain(error))?;
        if let Some(key) = key {
            let mut kept = lock(&self.0);
            if kept.len() >= KEPT_GROUPS {
                kept.clear();
            }
            kept.insert(key, group.clone());
        }
        Ok(group)
    }

    pub(super) fn clear(&self) {
        lock(&self.0).clear();
    }
}

/// `None` where a buffer is the caller's, or was handed out: a kept bind group would keep it alive.
fn group_key(pipeline: &Pipeline, bindings: &[Binding], (parameters, params_size): (&Block, u64)) -> Option<GroupKey> {
    let mut entries = [(u64::MAX, 0, 0); MAX_BINDINGS];
    for (entry, binding) in entries.iter_mut().zip(bindings) {
        *entry = match &binding.memory {
            Memory::Buffer(block) => (block.id()?, binding.offset, binding.size),
            Memory::Texels(texels) => (texels.id()?, 0, 0),
        };
    }
    entries[bindings.len()] = (parameters.id()?, 0, params_size);
    Some((Arc::as_ptr(&pipeline.layout).addr(), entries))
}

#[cfg(test)]
mod tests {
    use crate::gpu::shader::layout_test;
    use crate::gpu::shaders::{ADD, CLEAR};

    #[test]
    fn host_structs_match_the_shaders() {
        layout_test!(CLEAR, super::ClearParams: first, count, padding0, padding1);
        layout_test!(ADD, super::AddParams: in_first, out_first, count, padding);
    }
}
