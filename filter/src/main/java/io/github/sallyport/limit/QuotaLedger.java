package io.github.sallyport.limit;

import java.time.Instant;
import java.util.List;

/**
 * What was used of quotas, over all nodes. Safe for use by many threads; what a method returns is
 * durable before.
 *
 * <p>A node takes a block of a quota at once, so that its requests need not wait for the store, and
 * says later how much of it was used. What it holds nobody else can take, so that all nodes
 * together never give out more than the quota. What is kept as <em>used</em> is only what nodes
 * have said was used: a node that dies says nothing of its last requests, and the rest of its block
 * goes back when its lease is over. So such a death costs its owner no permit; the caller may get
 * as many for nothing as the block had at most.
 *
 * <p>Every method may throw {@link io.github.sallyport.StoreUnavailableException}. Then nobody
 * knows whether it was done; the numbers count up, so that saying them again is harmless.
 */
public interface QuotaLedger {

  /**
   * Says what a node has used, and gives it a block in place of the one it has.
   *
   * @throws io.github.sallyport.StoreUnavailableException if the store does not answer
   */
  Block settle(Claim claim);

  /** Forgets who holds nothing any more, and will say nothing more. */
  void forget(String lineage, Instant periodStart, String holder);

  /** Forgets all whose lease ended before this. */
  void forgetBefore(Instant leaseUntil);

  /** Forgets the periods that began before this, and what was used in them. */
  void forgetPeriodsBefore(Instant start);

  /** Sets what was used in a period to nothing, and what nodes have not said yet too. */
  void reset(String lineage, Instant periodStart);

  /**
   * What a node says, and wants.
   *
   * @param lineage whose quota, 80 characters at most
   * @param periodStart of which period
   * @param holder who says it: a node, in this run of it, from when it began to count on
   * @param quota how much there is in the period
   * @param used what this node has used in the period, since it began to count
   * @param epoch as the ledger said at that time; -1: it has said nothing yet
   * @param needed what the node needs at least
   * @param wanted what it would like to hold; 0: nothing any more
   * @param leaseUntil when the ledger may take back what the node has not said was used
   */
  record Claim(
      String lineage,
      Instant periodStart,
      String holder,
      long quota,
      long used,
      long epoch,
      long needed,
      long wanted,
      Instant now,
      Instant leaseUntil) {}

  /**
   * What a node then has.
   *
   * @param granted how much it may have used in all, on the count of the claim
   * @param epoch how often the period was set to nothing
   * @param remaining what no node holds and nobody used
   * @param reached the hundredths of the quota that this claim was the first to reach
   */
  record Block(long granted, long epoch, long remaining, List<Integer> reached) {
    public Block {
      reached = List.copyOf(reached);
    }
  }
}
