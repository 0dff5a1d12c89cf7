// Where an invocation stands in its dispatch. A dispatch of more than 65,535 workgroups runs over two dimensions.

override WORKGROUP: u32 = 64u; // invocations per workgroup

fn workgroup_index(id: vec3<u32>, count: vec3<u32>) -> u32 {
    return id.x + id.y * count.x;
}
