/// Small dense algebra in double: 3x3 matrices, symmetric eigenproblems, singular values, Cholesky.
///
/// Matrices are row-major `double[]`. What is called once per point cloud comes in a form that
/// allocates nothing. Start with {@link quotient.tensor.linalg.SymmetricEigen}.
package quotient.tensor.linalg;
