//! The plugins' allocator: dlmalloc that uses the memory a module starts with before it grows.
//!
//! A fresh instance must not grow its memory in an ordinary call: growing and shrinking cost more than the call. The
//! standard library's allocator may leave the initial heap unused. Linker flags give it its size (`cargo xtask plugins`).

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32::{memory_grow, memory_size};
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, Ordering};

use dlmalloc::{Allocator, Dlmalloc};

const PAGE_BYTES: usize = 64 * 1024;
/// What dlmalloc wants its segments aligned to.
const ALIGN_BYTES: usize = 16;

#[global_allocator]
static ALLOCATOR: PluginAllocator =
    PluginAllocator(UnsafeCell::new(Dlmalloc::new_with_allocator(InitialHeapFirst { used: AtomicBool::new(false) })));

unsafe extern "C" {
    /// Where the linker's data and stack end. Its address counts, there is no value.
    static __heap_base: u8;
}

/// Serves the initial heap once, then grows.
struct InitialHeapFirst {
    used: AtomicBool,
}

impl InitialHeapFirst {
    fn initial(&self, size: usize) -> Option<(*mut u8, usize)> {
        if self.used.swap(true, Ordering::Relaxed) {
            return None;
        }
        let base = (&raw const __heap_base) as usize;
        let base = base.next_multiple_of(ALIGN_BYTES);
        let length = (memory_size::<0>() * PAGE_BYTES).checked_sub(base)?;
        (length >= size).then_some((base as *mut u8, length))
    }
}

// SAFETY: the initial heap is handed out once and nothing else uses it; grown pages are ours alone.
unsafe impl Allocator for InitialHeapFirst {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        if let Some((base, length)) = self.initial(size) {
            return (base, length, 0);
        }
        let pages = size.div_ceil(PAGE_BYTES);
        let before = memory_grow::<0>(pages);
        if before == usize::MAX {
            return (std::ptr::null_mut(), 0, 0);
        }
        ((before * PAGE_BYTES) as *mut u8, pages * PAGE_BYTES, 0)
    }

    fn remap(&self, _: *mut u8, _: usize, _: usize, _: bool) -> *mut u8 {
        std::ptr::null_mut()
    }

    fn free_part(&self, _: *mut u8, _: usize, _: usize) -> bool {
        false
    }

    fn free(&self, _: *mut u8, _: usize) -> bool {
        false
    }

    fn can_release_part(&self, _: u32) -> bool {
        false
    }

    fn allocates_zeros(&self) -> bool {
        true
    }

    fn page_size(&self) -> usize {
        PAGE_BYTES
    }
}

struct PluginAllocator(UnsafeCell<Dlmalloc<InitialHeapFirst>>);

// SAFETY: plugins are built without threads.
unsafe impl Sync for PluginAllocator {}

// SAFETY: dlmalloc keeps the contract of `GlobalAlloc`, and nothing here is called twice at a time.
unsafe impl GlobalAlloc for PluginAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { (*self.0.get()).malloc(layout.size(), layout.align()) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { (*self.0.get()).free(pointer, layout.size(), layout.align()) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        unsafe { (*self.0.get()).calloc(layout.size(), layout.align()) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        unsafe { (*self.0.get()).realloc(pointer, layout.size(), layout.align(), size) }
    }
}
