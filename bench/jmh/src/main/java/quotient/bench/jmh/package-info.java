/// The cases of {@link quotient.bench.Catalogue} as JMH benchmarks, for developers: forks, error bars,
/// profilers. How to run them is in `docs/benchmarks.md`.
package quotient.bench.jmh;
