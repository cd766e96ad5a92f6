/// Molecules as networks see them: atoms, bonds and the edges that the positions give.
///
/// Start with {@link quotient.models.graph.MoleculeInput}, what a batch hands over, then {@link
/// quotient.models.graph.MolecularGraph}, built anew for every network call. No files, no
/// weights, no gradients.
package quotient.models.graph;
