/// The pretrained conformer model: a resource and the service that opens it. How it was made is in docs/model-card.md;
/// `models/pretrained/ship.sh` replaces it.
package quotient.pretrained;
