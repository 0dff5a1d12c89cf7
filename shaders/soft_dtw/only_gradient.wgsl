// The backward pass of gradients alone, after a forward pass that left the borders of all tiles.

fn passes(panel: Panel, lane: u32, stack: u32) { backward(panel, lane, stack); }
