//! Linear memories that a test can look into: at every call of the host, and when the instance is gone.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};

use async_trait::async_trait;
use crossdock::model::exchange::{CourierRequest, CourierResponse};
use crossdock::model::failure::Failure;
use crossdock::plugin::Wire;
use crossdock_contract::description::HmacAlgorithm;
use wasmtime::{LinearMemory, MemoryCreator, MemoryType};

use super::needles::Needles;

/// Bytes of address space per memory: the host's limit on one. What is not touched costs nothing.
const CAPACITY: usize = 64 << 20;
/// Bytes between which a memory starts.
const ALIGNMENT: usize = 64 << 10;

/// Sees all memories of an engine and looks for secrets in them. One call at a time: a guest must not run meanwhile.
#[derive(Default)]
pub struct Watch {
    needles: Mutex<Needles>,
    memories: Mutex<Vec<Weak<Area>>>,
    found: Mutex<Vec<String>>,
    scans_in_calls: AtomicUsize,
    scans_at_end: AtomicUsize,
    bytes: AtomicUsize,
}

impl Watch {
    /// Looks for this from now on.
    pub fn look_for(&self, secret: &str) {
        self.needles.lock().unwrap().add(secret);
    }

    /// Looks into every memory that there is.
    pub fn scan(&self, when: &str) {
        let memories: Vec<Arc<Area>> = self.memories.lock().unwrap().iter().filter_map(Weak::upgrade).collect();
        for area in memories {
            self.scans_in_calls.fetch_add(1, Ordering::SeqCst);
            self.look(&area, when);
        }
    }

    /// Returns what was found, and forgets it.
    pub fn take_found(&self) -> Vec<String> {
        std::mem::take(&mut self.found.lock().unwrap())
    }

    /// Returns how many memories were looked at within calls, and how many at their end.
    pub fn scans(&self) -> (usize, usize) {
        (self.scans_in_calls.load(Ordering::SeqCst), self.scans_at_end.load(Ordering::SeqCst))
    }

    /// Returns how many bytes were looked at.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::SeqCst)
    }

    fn look(&self, area: &Area, when: &str) {
        // SAFETY: the area is allocated and zeroed to its capacity, which its size never passes; the one guest that may
        // write to it waits for the host, or is gone.
        let bytes = unsafe { std::slice::from_raw_parts(area.start, area.size.load(Ordering::SeqCst)) };
        self.bytes.fetch_add(bytes.len(), Ordering::SeqCst);
        if let Some(what) = self.needles.lock().unwrap().find(bytes) {
            self.found.lock().unwrap().push(format!("{when}: {what}"));
        }
    }
}

struct Area {
    allocation: *mut u8,
    start: *mut u8,
    size: AtomicUsize,
}

// SAFETY: the pointer is to an allocation of its own; who reads it when is `Watch`'s rule.
unsafe impl Send for Area {}
// SAFETY: as above.
unsafe impl Sync for Area {}

impl Area {
    fn layout() -> Layout {
        // Aligned by hand: an allocator zeroes by writing where it is asked for more than its own alignment.
        Layout::from_size_align(CAPACITY + ALIGNMENT, 16).unwrap()
    }

    fn new(size: usize) -> Self {
        // SAFETY: the layout is not empty.
        let allocation = unsafe { alloc_zeroed(Self::layout()) };
        if allocation.is_null() {
            handle_alloc_error(Self::layout());
        }
        let start = allocation.wrapping_add(allocation.align_offset(ALIGNMENT));
        Self { allocation, start, size: AtomicUsize::new(size) }
    }
}

impl Drop for Area {
    fn drop(&mut self) {
        // SAFETY: allocated with the same layout, and nobody holds it any more.
        unsafe { dealloc(self.allocation, Self::layout()) }
    }
}

/// Makes the memories of an engine.
pub struct Creator(pub Arc<Watch>);

// SAFETY: memories are zeroed, as large as asked, never move, and live as long as the value that is handed out.
unsafe impl MemoryCreator for Creator {
    fn new_memory(
        &self,
        _: MemoryType,
        minimum: usize,
        _: Option<usize>,
        reserved: Option<usize>,
        guard: usize,
    ) -> Result<Box<dyn LinearMemory>, String> {
        if minimum > CAPACITY || reserved.unwrap_or(0) > CAPACITY || guard > 0 {
            return Err(format!("cannot make a memory of {minimum} bytes, {reserved:?} reserved, guard {guard}"));
        }
        let area = Arc::new(Area::new(minimum));
        self.0.memories.lock().unwrap().push(Arc::downgrade(&area));
        Ok(Box::new(Memory { area, watch: Arc::clone(&self.0) }))
    }
}

struct Memory {
    area: Arc<Area>,
    watch: Arc<Watch>,
}

// SAFETY: as `Creator`.
unsafe impl LinearMemory for Memory {
    fn byte_size(&self) -> usize {
        self.area.size.load(Ordering::SeqCst)
    }

    fn byte_capacity(&self) -> usize {
        CAPACITY
    }

    fn grow_to(&mut self, new_size: usize) -> wasmtime::Result<()> {
        if new_size > CAPACITY {
            return Err(wasmtime::Error::msg("the memory is at its limit"));
        }
        self.area.size.store(new_size, Ordering::SeqCst);
        Ok(())
    }

    fn as_ptr(&self) -> *mut u8 {
        self.area.start
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.watch.scans_at_end.fetch_add(1, Ordering::SeqCst);
        self.watch.look(&self.area, "at the end");
    }
}

/// A wire that looks into the guest's memory whenever the guest asks for something.
pub struct Watched<W> {
    /// The wire itself.
    pub wire: W,
    /// Who looks.
    pub watch: Arc<Watch>,
}

#[async_trait]
impl<W: Wire> Wire for Watched<W> {
    async fn send(&self, request: CourierRequest) -> Result<CourierResponse, Failure> {
        self.watch.scan("before a request");
        let answer = self.wire.send(request).await;
        self.watch.scan("after a request");
        answer
    }

    fn verify(&self, algorithm: HmacAlgorithm, key: &str, message: &[u8], signature: &[u8]) -> bool {
        self.watch.scan("at a check of a signature");
        self.wire.verify(algorithm, key, message, signature)
    }

    fn scrub(&self, text: &str) -> String {
        self.watch.scan("at a log line or a result");
        self.wire.scrub(text)
    }

    fn take_kept(&self, number: u32) -> Option<Vec<u8>> {
        self.wire.take_kept(number)
    }
}
