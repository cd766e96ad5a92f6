/// Judging structures: RMSD under symmetry, coverage, sane geometry, and the evaluation of a file.
///
/// Pure functions on structures; thresholds and definitions cite their origin. No network, no
/// training. Start with {@link quotient.models.metric.ConformerEvaluation}.
package quotient.models.metric;
