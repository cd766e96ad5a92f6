/// Numerical loops over raw arrays. Start with {@link quotient.tensor.kernel.ScalarKernels}, the
/// readable definition. This package alone may use the Vector API; it knows no shapes, no threads
/// and no gradients.
package quotient.tensor.kernel;
