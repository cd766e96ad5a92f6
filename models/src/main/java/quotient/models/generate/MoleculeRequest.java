package quotient.models.generate;

import java.util.Map;
import quotient.models.molecule.Molecule;
import quotient.tensor.random.RandomKey;

/// One molecule to make conformers of.
///
/// @param name what it is called in the output
/// @param text the input text, for the failed file: a SMILES, or the title of an SDF record
/// @param molecule its graph with all hydrogens and stereo marks
/// @param references how many conformers the input holds of it; 0 if it is only a graph
/// @param key of all its randomness: a function of the seed, the text and its occurrence
/// @param items data items to be copied to the output
public record MoleculeRequest(
    String name,
    String text,
    Molecule molecule,
    int references,
    RandomKey key,
    Map<String, String> items) {}
