//! Which pairs share a workgroup where each has an invocation to itself: all wait for the tallest and for the widest of them.

use std::cmp::Reverse;

use super::listing::Item;

/// A pair by its tiles, which take divisions: sorting asks for them again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Member {
    strips: u32,
    blocks: u32,
    /// Its number in the outputs: pairs of one shape stay in the order of their numbers.
    value: u32,
    /// Its place among the pairs.
    index: usize,
}

/// A total order of pairs.
type Order = fn(&Member) -> (Reverse<u32>, Reverse<u32>, u32);

const BY_HEIGHT: Order = |pair| (Reverse(pair.strips), Reverse(pair.blocks), pair.value);
const BY_WIDTH: Order = |pair| (Reverse(pair.blocks), Reverse(pair.strips), pair.value);

fn members(items: &[Item]) -> Vec<Member> {
    let member = |(item, index): (&Item, usize)| Member {
        strips: item.strips(),
        blocks: item.blocks(),
        value: item.value,
        index,
    };
    items.iter().zip(0..).map(member).collect()
}

/// The widest pairs first.
pub(super) fn by_width(items: &[Item]) -> Vec<Item> {
    let mut pairs = members(items);
    pairs.sort_unstable_by_key(BY_WIDTH);
    pairs.iter().map(|pair| items[pair.index]).collect()
}

/// Orders pairs so that each `size` of them are a group, large ones first: by height, of which there are few, and within it by width, there and back;
/// or in halves, where that leaves clearly less idle, as it does for few pairs of many heights.
pub(super) fn grouped(items: &[Item], size: usize) -> Vec<Item> {
    let mut pairs = members(items);
    pairs.sort_unstable_by_key(|pair| {
        let blocks = if pair.strips % 2 == 0 { u32::MAX - pair.blocks } else { pair.blocks };
        (Reverse(pair.strips), blocks, pair.value)
    });
    let steps = |pairs: &[Member]| pairs.chunks(size).map(bound).sum::<u64>();
    let tiles: u64 = pairs.iter().map(|pair| u64::from(pair.strips) * u64::from(pair.blocks)).sum();
    let by_height = steps(&pairs) * 19;
    // No order has fewer steps than its pairs have tiles.
    if by_height > tiles.div_ceil(size as u64) * 20 {
        let mut halves = pairs.clone();
        halve(&mut halves, size);
        if by_height > steps(&halves) * 20 {
            // Only the last group may lack members.
            let (whole, rest) = halves.split_at(halves.len() / size * size);
            let mut groups: Vec<&[Member]> = whole.chunks(size).collect();
            groups.sort_by_key(|group| Reverse(bound(group)));
            pairs = groups.into_iter().chain([rest]).flatten().copied().collect();
        }
    }
    pairs.iter().map(|pair| items[pair.index]).collect()
}

/// Halves pairs by height or by width, whichever leaves less idle, then each half, down to groups.
fn halve(pairs: &mut [Member], size: usize) {
    let groups = pairs.len().div_ceil(size);
    if groups < 2 || pairs.iter().all(|pair| (pair.strips, pair.blocks) == (pairs[0].strips, pairs[0].blocks)) {
        pairs.sort_unstable_by_key(BY_HEIGHT);
        return;
    }
    let half = groups.div_ceil(2) * size;
    let steps = |pairs: &mut [Member], order: Order| {
        pairs.select_nth_unstable_by_key(half, order);
        let (first, second) = pairs.split_at(half);
        [first, second].map(|pairs| pairs.len() as u64 * bound(pairs)).iter().sum::<u64>()
    };
    let by_height = steps(pairs, BY_HEIGHT);
    if by_height < steps(pairs, BY_WIDTH) {
        pairs.select_nth_unstable_by_key(half, BY_HEIGHT);
    }
    let (first, second) = pairs.split_at_mut(half);
    halve(first, size);
    halve(second, size);
}

/// The strips of the tallest of some pairs times the blocks of the widest: the steps that a group of them takes.
fn bound(pairs: &[Member]) -> u64 {
    let most = |count: fn(&Member) -> u32| u64::from(pairs.iter().map(count).max().unwrap_or(0));
    most(|pair| pair.strips) * most(|pair| pair.blocks)
}

#[cfg(test)]
mod tests {
    use super::{Item, bound, grouped, members};

    /// Pairs of lengths from `shortest` to `longest`, of tiles of 16 rows.
    fn pairs(count: u32, shortest: u32, longest: u32) -> Vec<Item> {
        let length = |i: u32, factor: u32| shortest + (i.wrapping_mul(factor) >> 8) % (longest - shortest + 1);
        let item = |i| Item {
            x: i,
            y: i,
            n: length(i + 1, 2_654_435_761),
            m: length(i + 1, 2_246_822_519),
            value: i,
            rows: 16,
            rank: 0,
        };
        (0..count).map(item).collect()
    }

    #[test]
    fn groups_hold_each_pair_once_and_leave_little_idle() {
        for (count, shortest, longest, least) in
            [(2048, 32, 128, 0.95), (256, 32, 128, 0.85), (512, 129, 512, 0.87), (1, 5, 5, 0.1), (13, 1, 90, 0.3)]
        {
            let items = pairs(count, shortest, longest);
            let groups = grouped(&items, 8);
            let mut values: Vec<u32> = groups.iter().map(|item| item.value).collect();
            values.sort_unstable();
            assert!(values.into_iter().eq(0..count));
            let tiles: u64 = items.iter().map(Item::tiles).sum();
            let steps: u64 = members(&groups).chunks(8).map(bound).sum();
            let busy = tiles as f64 / (8 * steps) as f64;
            assert!(busy > least, "{count} pairs from {shortest} to {longest}: {busy}");
        }
    }

    #[test]
    fn pairs_of_one_shape_keep_their_order() {
        let items = pairs(100, 50, 50);
        assert!(grouped(&items, 8).iter().map(|item| item.value).eq(0..100));
    }
}
