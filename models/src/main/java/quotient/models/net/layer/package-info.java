/// Building blocks of networks on molecular graphs: each file is one block, forward and backward.
///
/// Start with {@link quotient.models.net.layer.EdgeGeometry}, which turns positions into edge
/// features, then {@link quotient.models.net.layer.EdgeMessages}, the fused attention over edges.
/// What stacks them into networks is in `quotient.models.net`.
package quotient.models.net.layer;
