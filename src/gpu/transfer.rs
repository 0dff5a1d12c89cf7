//! Upload and read back.

use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;

use super::context::Gpu;
use super::guard::guard;
use super::pool::{Block, create_buffer};
use super::tensor::{Element, Shape, Tensor};
use crate::error::{Error, Result};

/// Bytes of tensors that are read together, but for a larger one alone.
const TOGETHER: u64 = 64 << 20;

impl Gpu {
    /// Copies a slice to the GPU as a tensor. The copy is on its way when this returns.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] where `shape` has another number of elements than `values`,
    /// [`Error::LimitExceeded`], [`Error::OutOfMemory`], [`Error::DeviceLost`].
    ///
    /// ```
    /// # fn main() -> supple::Result<()> {
    /// let gpu = supple::Gpu::new()?;
    /// let x = gpu.upload(&[1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0], [2, 3])?;
    /// assert_eq!(x.read(&gpu)?, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn upload<T: Element>(&self, values: &[T], shape: impl Into<Shape>) -> Result<Tensor<T>> {
        self.check()?;
        let shape = shape.into();
        if shape.elements() != values.len() as u64 {
            return Err(Error::ShapeMismatch {
                argument: "shape",
                found: shape.sizes().to_vec(),
                expected: format!("{} elements, as many as there are values", values.len()),
            });
        }
        let tensor = Tensor::from_block(self.take(shape.bytes())?, shape);
        self.write(&tensor, values)?;
        Ok(tensor)
    }

    /// As [`Gpu::upload`] for `f32`, after a check that every value is finite.
    ///
    /// # Errors
    /// [`Error::NonFinite`] with the first value that is not, and as [`Gpu::upload`].
    pub fn upload_finite(
        &self,
        argument: &'static str,
        values: &[f32],
        shape: impl Into<Shape>,
    ) -> Result<Tensor<f32>> {
        match values.iter().position(|value| !value.is_finite()) {
            Some(index) => Err(Error::NonFinite { argument, index, value: values[index] }),
            None => self.upload(values, shape),
        }
    }

    /// Overwrites a tensor. Work submitted before sees the old values, work submitted later the new ones.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] where the number of values differs, [`Error::InvalidArgument`] for a caller's
    /// buffer without `COPY_DST`.
    pub fn write<T: Element>(&self, tensor: &Tensor<T>, values: &[T]) -> Result<()> {
        self.check()?;
        if tensor.shape().elements() != values.len() as u64 {
            return Err(Error::ShapeMismatch {
                argument: "tensor",
                found: tensor.shape().sizes().to_vec(),
                expected: format!("{} elements, as many as there are values", values.len()),
            });
        }
        self.expect_own("tensor", tensor)?;
        expect_usage(tensor, wgpu::BufferUsages::COPY_DST)?;
        if !values.is_empty() {
            let bytes = bytemuck::cast_slice(values);
            guard(self.device(), "an upload", bytes.len() as u64, || {
                self.queue().write_buffer(tensor.block().buffer(), tensor.offset(), bytes);
            })
            .map_err(|error| self.explain(error))?;
        }
        Ok(())
    }

    /// Copies several tensors back to the host and waits for them: one submission, and one wait, for many small ones.
    ///
    /// # Errors
    /// As [`Tensor::read`].
    ///
    /// ```
    /// # fn main() -> supple::Result<()> {
    /// let gpu = supple::Gpu::new()?;
    /// let (x, y) = (gpu.upload(&[1.0_f32, 2.0], [2])?, gpu.upload(&[3.0_f32], [1])?);
    /// assert_eq!(gpu.read_all(&[&x, &y])?, [vec![1.0, 2.0], vec![3.0]]);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(not(target_family = "wasm"))]
    pub fn read_all<T: Element>(&self, tensors: &[&Tensor<T>]) -> Result<Vec<Vec<T>>> {
        pollster::block_on(self.read_all_with(tensors, true))
    }

    /// As [`read_all`](Self::read_all); what completes the future is said at [`Tensor::read_async`].
    ///
    /// # Errors
    /// As [`Tensor::read`].
    pub async fn read_all_async<T: Element>(&self, tensors: &[&Tensor<T>]) -> Result<Vec<Vec<T>>> {
        self.read_all_with(tensors, false).await
    }

    async fn read_all_with<T: Element>(&self, tensors: &[&Tensor<T>], block: bool) -> Result<Vec<Vec<T>>> {
        self.check()?;
        for tensor in tensors {
            self.expect_own("tensors", *tensor)?;
            expect_usage(tensor, wgpu::BufferUsages::COPY_SRC)?;
        }
        let mut all = Vec::with_capacity(tensors.len());
        let mut left = tensors;
        while !left.is_empty() {
            let mut bytes = 0;
            let together = left.iter().take_while(|tensor| {
                bytes += tensor.shape().bytes();
                bytes <= TOGETHER
            });
            let (some, rest) = left.split_at(together.count().max(1));
            let ranges: Vec<_> = some.iter().map(|tensor| tensor.block_range()).collect();
            let mut sizes = some.iter().map(|tensor| tensor.shape().bytes() as usize);
            let split = |mut bytes: &[u8]| {
                for size in sizes.by_ref() {
                    let (first, others) = bytes.split_at(size);
                    all.push(bytemuck::pod_collect_to_vec(first));
                    bytes = others;
                }
            };
            Mapping::start(self, &ranges)?.finish(self, block, split).await?;
            left = rest;
        }
        Ok(all)
    }

    /// A tensor with anything in it, for operators that write into a tensor of the caller's.
    ///
    /// # Errors
    /// [`Error::LimitExceeded`], [`Error::OutOfMemory`], [`Error::DeviceLost`].
    pub fn empty<T: Element>(&self, shape: impl Into<Shape>) -> Result<Tensor<T>> {
        self.check()?;
        let shape = shape.into();
        Ok(Tensor::from_block(self.take(shape.bytes())?, shape))
    }
}

impl<T: Element> Tensor<T> {
    /// Copies the tensor back to the host and waits for it, polling the device meanwhile.
    ///
    /// # Errors
    /// [`Error::DeviceLost`], [`Error::OutOfMemory`], [`Error::InvalidArgument`] for a caller's buffer
    /// without `COPY_SRC`.
    #[cfg(not(target_family = "wasm"))]
    pub fn read(&self, gpu: &Gpu) -> Result<Vec<T>> {
        pollster::block_on(self.read_with(gpu, true))
    }

    /// Copies the tensor back to the host. On a borrowed device, its owner's polling completes the future;
    /// elsewhere awaiting it does.
    ///
    /// # Errors
    /// As [`Tensor::read`].
    pub async fn read_async(&self, gpu: &Gpu) -> Result<Vec<T>> {
        self.read_with(gpu, false).await
    }

    async fn read_with(&self, gpu: &Gpu, block: bool) -> Result<Vec<T>> {
        gpu.check()?;
        gpu.expect_own("tensor", self)?;
        expect_usage(self, wgpu::BufferUsages::COPY_SRC)?;
        let mapping = Mapping::start(gpu, &[self.block_range()])?;
        mapping.finish(gpu, block, |bytes| bytemuck::pod_collect_to_vec(bytes)).await
    }

    /// Where its bytes are.
    fn block_range(&self) -> (&Arc<Block>, Range<u64>) {
        (self.block(), self.offset()..self.offset() + self.shape().bytes())
    }
}

fn expect_usage<T: Element>(tensor: &Tensor<T>, usage: wgpu::BufferUsages) -> Result<()> {
    if tensor.block().buffer().usage().contains(usage) {
        return Ok(());
    }
    Err(Error::InvalidArgument {
        argument: "tensor",
        value: format!("in a buffer with usage {:?}", tensor.block().buffer().usage()),
        remedy: format!("create the buffer with {usage:?}"),
    })
}

/// Copies a range of a buffer to one that the host can see, waits, and hands the bytes to `read`.
pub(super) async fn map_bytes<R>(
    gpu: &Gpu,
    block: &Arc<Block>,
    range: Range<u64>,
    block_thread: bool,
    read: impl FnOnce(&[u8]) -> R,
) -> Result<R> {
    Mapping::start(gpu, &[(block, range)])?.finish(gpu, block_thread, read).await
}

/// A copy on its way to the host.
struct Mapping {
    staging: wgpu::Buffer,
    size: u64,
    submission: wgpu::SubmissionIndex,
    receiver: futures_channel::oneshot::Receiver<std::result::Result<(), wgpu::BufferAsyncError>>,
}

impl Mapping {
    /// Submits copies, which follow each other on the host.
    fn start(gpu: &Gpu, ranges: &[(&Arc<Block>, Range<u64>)]) -> Result<Self> {
        let size: u64 = ranges.iter().map(|(_, range)| range.end - range.start).sum();
        let usage = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
        // A buffer of nothing cannot be mapped.
        let staging = create_buffer(gpu.device(), size.max(wgpu::MAP_ALIGNMENT), usage)?;
        let (sender, receiver) = futures_channel::oneshot::channel();
        let submission = guard(gpu.device(), "a read", size, || {
            let mut encoder = gpu.device().create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            let mut end = 0;
            for (block, range) in ranges.iter().filter(|(_, range)| !range.is_empty()) {
                let size = range.end - range.start;
                encoder.copy_buffer_to_buffer(block.buffer(), range.start, &staging, end, size);
                end += size;
            }
            let submission = gpu.queue().submit([encoder.finish()]);
            staging.slice(..).map_async(wgpu::MapMode::Read, move |result| {
                // The receiver is gone only where the future was dropped, and then nobody wants the result.
                let _ = sender.send(result);
            });
            submission
        });
        let submission = submission.map_err(|error| gpu.explain(error))?;
        Ok(Self { staging, size, submission, receiver })
    }

    /// Waits, and hands the bytes to `read`.
    async fn finish<R>(mut self, gpu: &Gpu, block_thread: bool, read: impl FnOnce(&[u8]) -> R) -> Result<R> {
        if block_thread {
            gpu.wait(Some(self.submission))?;
        }
        // On a device of our own nobody else polls, so each poll of the future does.
        let mapped = std::future::poll_fn(|context| {
            if gpu.is_owned() && !block_thread {
                // A failed poll shows in the mapping, which is then cancelled.
                let _ = gpu.device().poll(wgpu::PollType::Poll);
                context.waker().wake_by_ref();
            }
            Pin::new(&mut self.receiver).poll(context)
        })
        .await;
        gpu.check()?;
        match mapped {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(gpu.lost(format!("a read failed: {error}"))),
            Err(_) => return Err(gpu.lost("a read was cancelled".to_owned())),
        }
        let bytes = self.staging.slice(..).get_mapped_range();
        let bytes = bytes.map_err(|error| gpu.lost(format!("a read failed: {error}")))?;
        Ok(read(&bytes[..self.size as usize]))
    }
}

/// Numbers of scratch memory on their way to the host, while more work is recorded and submitted.
#[cfg(all(feature = "rayon", not(target_family = "wasm")))]
pub(crate) struct Reading(Mapping);

#[cfg(all(feature = "rayon", not(target_family = "wasm")))]
impl Reading {
    /// Submits the copy; what is written before has been submitted.
    pub(crate) fn start(gpu: &Gpu, tensor: &Tensor<f32>) -> Result<Self> {
        Mapping::start(gpu, &[tensor.block_range()]).map(Self)
    }

    /// Waits for it.
    pub(crate) fn wait(self, gpu: &Gpu) -> Result<Vec<f32>> {
        pollster::block_on(self.0.finish(gpu, true, bytemuck::pod_collect_to_vec))
    }
}
