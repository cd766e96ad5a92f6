/// Training and evaluation examples: molecules with their conformers, and batches of them.
///
/// Start with {@link quotient.models.data.ConformerDataset}. Nothing here knows networks.
package quotient.models.data;
