/// Protein backbones and their files: chains of alpha carbons, with N and C where they are complete.
///
/// No network, no training, no metric. Start with {@link quotient.models.protein.Backbone} and
/// {@link quotient.models.protein.StructureFile}; what a reader accepts is said in
/// {@link quotient.models.protein.ChainRules}.
package quotient.models.protein;
