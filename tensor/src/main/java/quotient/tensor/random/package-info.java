/// Counter-based random numbers. Start with {@link quotient.tensor.random.RandomKey}; nothing here
/// keeps state.
package quotient.tensor.random;
