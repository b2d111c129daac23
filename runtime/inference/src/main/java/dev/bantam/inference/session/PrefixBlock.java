package dev.bantam.inference.session;

import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was kept of a chunk of prompts that begin alike; of a root nothing. Owned by its {@link
 * PrefixPool}, but for what never changes.
 */
final class PrefixBlock {

  /** Not in the file. */
  static final int UNSAVED = -1;

  /** In a file, before all blocks. */
  static final int NOTHING_BEFORE = -1;

  final @Nullable PrefixBlock before;
  final @Nullable NativeBuffer kept;
  final Map<IntBuffer, PrefixBlock> behind = new HashMap<>();
  long used;

  /** How often a prompt was filled from it. */
  int reused;

  /** Its record in the file. */
  int index = UNSAVED;

  /** Whether it was given to the saver. */
  boolean isAsked;

  private final IntBuffer tokens;

  private PrefixBlock(@Nullable PrefixBlock before, IntBuffer tokens, @Nullable NativeBuffer kept) {
    this.before = before;
    this.tokens = tokens;
    this.kept = kept;
  }

  static PrefixBlock root() {
    return new PrefixBlock(null, IntBuffer.allocate(0), null);
  }

  /** Puts a block behind this one. */
  PrefixBlock add(IntBuffer of, NativeBuffer bytes) {
    PrefixBlock next = new PrefixBlock(this, of, bytes);
    behind.put(of, next);
    return next;
  }

  IntBuffer tokens() {
    return tokens;
  }

  boolean isRoot() {
    return before == null;
  }
}
