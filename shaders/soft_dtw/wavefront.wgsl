// The entry point of the kernels that go over tiles: an invocation finds the stack of pairs that it works on, or helps with, and does `passes` over it.

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let params = parameters.list[parameters.index.x];
    p = params;
    let panel = find_panel(workgroup_index(id, count), params);
    let stack = panel.group * (WORKGROUP / LANES) + local / LANES;
    find_stack(stack);
    passes(panel, local % LANES, stack);
}
