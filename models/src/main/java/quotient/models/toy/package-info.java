/// The method in two and three dimensions: small spaces, targets with known laws, a perceptron, and
/// the pictures that show why the quotient matters.
///
/// Start with {@link quotient.models.toy.ToyTarget}, then {@link quotient.models.toy.ToyTask}.
package quotient.models.toy;
