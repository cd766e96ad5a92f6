/// What is measured ({@link quotient.bench.Catalogue}, {@link quotient.bench.Case}), how
/// ({@link quotient.bench.Rounds}: alternating rounds, medians), and what comes out
/// ({@link quotient.bench.Bench}, {@link quotient.bench.Row}, {@link quotient.bench.Report}).
///
/// Our own sides are the `*Work` classes. Peers are native libraries in processes of their own
/// ({@link quotient.bench.PeerProcess}); what runs there is the module `bench/peers`, which the product
/// never contains. JMH classes for developers are the module `bench/jmh`. Start with
/// {@link quotient.bench.Bench}.
package quotient.bench;
