/// The proof that the samplers recover their target: exact targets, statistics with known false-alarm
/// probability, and deliberate faults that have to be detected. Nothing here is trained.
///
/// Start with {@link quotient.models.verify.Verification}; one file per section of theory.md 9.
package quotient.models.verify;
