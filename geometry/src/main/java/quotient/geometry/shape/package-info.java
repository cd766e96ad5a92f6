/// Rigid motions of point clouds in R^3, as plain loops over coordinates: moment of inertia,
/// horizontal projection, orbit volume, best rotation. Nothing here allocates per cloud and nothing
/// knows of batches, networks or files. Start with
/// {@link quotient.geometry.shape.HorizontalProjection}.
package quotient.geometry.shape;
