package dev.bantam.runtime.store;

import io.vertx.core.Future;
import java.util.List;

/** The messages of one channel that wait for the broker, in order. */
public interface Spool {

  /**
   * A message on the disk.
   *
   * @param id grows with each message
   */
  record Kept(long id, StoredMessage message) {}

  /**
   * Keeps a message behind the others.
   *
   * @return its id, once it is written; fails if it cannot be
   */
  Future<Long> add(StoredMessage message);

  /**
   * The next messages behind one.
   *
   * @param after 0 for the first
   * @param limit most that are returned
   */
  Future<List<Kept>> next(long after, int limit);

  /** Forgets all messages up to and with this one: the broker has them. */
  Future<Boolean> removeUpTo(long id);
}
