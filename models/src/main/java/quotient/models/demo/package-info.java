/// The whole loop on the embedded data in one call: train, sample, evaluate, verify, report.
///
/// Start with {@link quotient.models.demo.Demo}. Everything it does can be done with the other
/// packages alone; it is also the shortest example of how they fit together.
package quotient.models.demo;
