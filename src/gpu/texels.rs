//! Memory as textures, for software drivers: Mesa's load from a storage buffer lane by lane, which takes up to twenty times as long as from a
//! texture of four numbers a texel, be it one that is only read or one that is written as well.
//!
//! Numbers stand one after the other, [`WIDTH`] texels to a row of the texture: `shaders/shared/texels.wgsl` finds them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use super::guard::guard;
use super::pool::{lock, quarter_steps};
use crate::error::{Error, Result};

/// Texels in a row of a texture, each of four numbers.
pub(crate) const WIDTH: u32 = 4096;

/// Bytes of a texel.
pub(crate) const TEXEL_BYTES: u64 = 16;

/// A texture, and where it goes when nobody needs it any more: as [`Block`](super::pool::Block).
pub(crate) struct Texels {
    texture: wgpu::Texture,
    view: wgpu::TextureView,
    id: u64,
    home: Weak<TexelPool>,
    pinned: AtomicBool,
}

impl Texels {
    pub(crate) fn texture(&self) -> &wgpu::Texture {
        &self.texture
    }

    pub(crate) fn view(&self) -> &wgpu::TextureView {
        &self.view
    }

    /// Its identity, where it may come around again.
    pub(crate) fn id(&self) -> Option<u64> {
        (!self.pinned.load(Ordering::Relaxed)).then_some(self.id)
    }

    /// Rows that it has.
    pub(crate) fn height(&self) -> u32 {
        self.texture.height()
    }

    /// Keeps it from being used again.
    pub(crate) fn pin(&self) {
        self.pinned.store(true, Ordering::Relaxed);
    }
}

impl Drop for Texels {
    fn drop(&mut self) {
        let Some(pool) = self.home.upgrade() else { return };
        if !self.pinned.load(Ordering::Relaxed) {
            lock(&pool.free).entry(self.height()).or_default().push((self.id, self.texture.clone(), self.view.clone()));
        }
    }
}

type Free = HashMap<u32, Vec<(u64, wgpu::Texture, wgpu::TextureView)>>;

/// The free textures of one device, by height.
pub(crate) struct TexelPool {
    device: wgpu::Device,
    /// Whether shaders write them.
    written: bool,
    free: Mutex<Free>,
}

static NEXT_ID: AtomicU64 = AtomicU64::new(0);

impl TexelPool {
    pub(crate) fn new(device: wgpu::Device, written: bool) -> Arc<Self> {
        Arc::new(Self { device, written, free: Mutex::default() })
    }

    /// The most bytes that a texture holds.
    pub(crate) fn most_bytes(limits: &wgpu::Limits) -> u64 {
        if limits.max_texture_dimension_2d < WIDTH {
            return 0;
        }
        u64::from(limits.max_texture_dimension_2d) * u64::from(WIDTH) * TEXEL_BYTES
    }

    /// One that holds at least `bytes` bytes, with anything in it.
    pub(crate) fn take(self: &Arc<Self>, bytes: u64) -> Result<Arc<Texels>> {
        let have = Self::most_bytes(&self.device.limits());
        if bytes > have {
            return Err(Error::LimitExceeded {
                what: "one texture".to_owned(),
                limit: "max_texture_dimension_2d",
                asked: bytes,
                have,
                remedy: "split the batch over several tensors",
            });
        }
        let rows = bytes.div_ceil(u64::from(WIDTH) * TEXEL_BYTES).max(1) as u32;
        let height = (quarter_steps(rows.into()) as u32).min(self.device.limits().max_texture_dimension_2d);
        let found = lock(&self.free).get_mut(&height).and_then(Vec::pop);
        let (id, texture, view) = match found {
            Some(found) => found,
            None => self.create(height)?,
        };
        Ok(Arc::new(Texels { texture, view, id, home: Arc::downgrade(self), pinned: AtomicBool::new(false) }))
    }

    fn create(&self, height: u32) -> Result<(u64, wgpu::Texture, wgpu::TextureView)> {
        let read = wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST;
        let written = if self.written { wgpu::TextureUsages::STORAGE_BINDING } else { wgpu::TextureUsages::empty() };
        let descriptor = wgpu::TextureDescriptor {
            label: Some("supple"),
            size: wgpu::Extent3d { width: WIDTH, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rgba32Float,
            usage: read | written,
            view_formats: &[],
        };
        let bytes = u64::from(WIDTH) * u64::from(height) * TEXEL_BYTES;
        guard(&self.device, "a texture", bytes, || {
            let texture = self.device.create_texture(&descriptor);
            let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
            (NEXT_ID.fetch_add(1, Ordering::Relaxed), texture, view)
        })
    }

    /// Gives all free textures back to the driver.
    pub(crate) fn trim(&self) {
        lock(&self.free).clear();
    }

    /// Bytes that wait in the pool.
    pub(crate) fn free_bytes(&self) -> u64 {
        let row = u64::from(WIDTH) * TEXEL_BYTES;
        lock(&self.free).iter().map(|(&height, textures)| u64::from(height) * row * textures.len() as u64).sum()
    }
}
