package quotient.models.net.layer;

import java.util.Arrays;
import quotient.models.graph.ChainInput;

/// Where the tokens of each chain lie: R registers, then its residues, chain after chain.
///
/// The conditioning of tokens is a matrix of few rows: row 0 for registers, then a row for each group
/// of chains that are told the same. Tokens are cut into blocks of at most {@value #BLOCK} of one row,
/// by the chains alone. Arrays are kept by capacity. *Confined.*
public final class TokenLayout {
  static final int BLOCK = 32;

  private int registers;
  private int chains;
  private int[] tokenStart = new int[1];
  private int[] residueStart = new int[1];
  private int[] pairStart = new int[1];
  private int[] residueToken = new int[0];
  private int[] registerToken = new int[0];
  private int[] registerRow = new int[0];
  private int[] blockFrom = new int[0];
  private int[] blockTo = new int[0];
  private int[] blockChain = new int[0];
  private boolean[] blockOfRegisters = new boolean[0];
  private int blocks;
  private int[] conditionRow = new int[0];
  private int[] timeGroup = new int[0];

  /// No tokens yet.
  public TokenLayout() {}

  /// Lays out the chains.
  ///
  /// @param newRegisters R
  public void begin(ChainInput input, int newRegisters) {
    registers = newRegisters;
    chains = input.chains();
    int residues = input.residues();
    tokenStart = grown(tokenStart, chains + 1);
    residueStart = grown(residueStart, chains + 1);
    pairStart = grown(pairStart, chains + 1);
    conditionRow = grown(conditionRow, chains);
    timeGroup = grown(timeGroup, chains);
    residueToken = grown(residueToken, residues);
    registerToken = grown(registerToken, registers * chains);
    registerRow = grown(registerRow, registers * chains);
    blocks = 0;
    for (int b = 0; b < chains; b++) {
      int n = input.start(b + 1) - input.start(b);
      tokenStart[b] = input.start(b) + b * registers;
      residueStart[b + 1] = input.start(b + 1);
      tokenStart[b + 1] = input.start(b + 1) + (b + 1) * registers;
      pairStart[b + 1] = Math.addExact(pairStart[b], Math.multiplyExact(n, n));
      for (int r = 0; r < registers; r++) {
        registerToken[b * registers + r] = tokenStart[b] + r;
        registerRow[b * registers + r] = r;
      }
      for (int i = 0; i < n; i++) {
        residueToken[input.start(b) + i] = tokenStart[b] + registers + i;
      }
      cut(b, tokenStart[b], tokenStart[b] + registers, true);
      cut(b, tokenStart[b] + registers, tokenStart[b + 1], false);
    }
  }

  private static int[] grown(int[] array, int size) {
    return array.length < size ? Arrays.copyOf(array, Math.max(size, 2 * array.length)) : array;
  }

  private void cut(int chain, int from, int to, boolean areRegisters) {
    for (int at = from; at < to; at += BLOCK) {
      if (blocks == blockFrom.length) {
        int capacity = Math.max(16, 2 * blocks);
        blockFrom = Arrays.copyOf(blockFrom, capacity);
        blockTo = Arrays.copyOf(blockTo, capacity);
        blockChain = Arrays.copyOf(blockChain, capacity);
        blockOfRegisters = Arrays.copyOf(blockOfRegisters, capacity);
      }
      blockFrom[blocks] = at;
      blockTo[blocks] = Math.min(to, at + BLOCK);
      blockChain[blocks] = chain;
      blockOfRegisters[blocks] = areRegisters;
      blocks++;
    }
  }

  /// Says which row of the conditioning a chain's residues have, from 1, and to which group of equal
  /// times it belongs, from 0.
  public void setGroups(int chain, int newConditionRow, int newTimeGroup) {
    conditionRow[chain] = newConditionRow;
    timeGroup[chain] = newTimeGroup;
  }

  public int chains() {
    return chains;
  }

  /// R.
  public int registers() {
    return registers;
  }

  /// T, of all chains.
  public int tokens() {
    return tokenStart[chains];
  }

  /// N, of all chains.
  public int residues() {
    return residueStart[chains];
  }

  /// Residues of a chain.
  int residues(int chain) {
    return residueStart[chain + 1] - residueStart[chain];
  }

  /// First residue of a chain.
  int residueStart(int chain) {
    return residueStart[chain];
  }

  /// First token of a chain, a register if there are any.
  int tokenStart(int chain) {
    return tokenStart[chain];
  }

  /// First pair of a chain; pair (i, j) of n residues is at i n + j from there.
  int pairStart(int chain) {
    return pairStart[chain];
  }

  /// Pairs of residues of all chains.
  public int pairs() {
    return pairStart[chains];
  }

  /// The token of each residue.
  public int[] residueToken() {
    return residueToken;
  }

  /// The token of each register of each chain.
  public int[] registerToken() {
    return registerToken;
  }

  /// Which register each of those is.
  public int[] registerRow() {
    return registerRow;
  }

  /// Row of the conditioning of a chain's residues.
  int conditionRow(int chain) {
    return conditionRow[chain];
  }

  /// Group of equal times of a chain.
  int timeGroup(int chain) {
    return timeGroup[chain];
  }

  // ---- blocks ----

  int blocks() {
    return blocks;
  }

  int blockFrom(int block) {
    return blockFrom[block];
  }

  int blockTo(int block) {
    return blockTo[block];
  }

  /// Row of the conditioning of a block's tokens.
  int blockRow(int block) {
    return blockOfRegisters[block] ? 0 : conditionRow[blockChain[block]];
  }
}
