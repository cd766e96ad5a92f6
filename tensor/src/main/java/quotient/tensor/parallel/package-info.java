/// Fixed threads for loops over disjoint outputs; results never depend on how many there are.
package quotient.tensor.parallel;
