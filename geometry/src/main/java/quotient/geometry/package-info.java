/// Quotient spaces: a total space, a group that acts by isometries, and what follows from the two.
///
/// Start with {@link quotient.geometry.QuotientSpace} and
/// {@link quotient.geometry.ShapeSpace} (molecules). How to add a
/// space: docs/spaces.md. The loops over coordinates in R^3 live in `quotient.geometry.shape`.
package quotient.geometry;
