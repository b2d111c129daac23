package dev.bantam.inference.session;

import dev.bantam.spi.TaskException;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of beginnings of prompts, so that a prompt that begins as one before does not
 * have them computed again. It belongs to one loaded model, and a beginning is found by its very
 * tokens: blocks form a tree, each behind the one before it. What is computed behind kept blocks is
 * what it would be without them, to the bit: either blocks are as long as the chunks that prompts
 * are evaluated in, or runs may be cut anywhere, if only no token is alone that otherwise would not
 * be. When the memory is used up, the block goes that was used longest ago and has none behind it.
 *
 * <p>Safe for use by many threads.
 */
final class PrefixPool implements AutoCloseable {

  /** Keeps nothing. */
  static final PrefixPool EMPTY = new PrefixPool(Integer.MAX_VALUE / 2, 1, 0);

  private final int block;
  private final long blockBytes;
  private final Block root = new Block(null, null, null);
  private final Set<Block> blocks = new HashSet<>();
  private long mostBytes;
  private long clock;

  /** What was kept of a chunk of prompts that begin alike; of the root nothing. */
  private static final class Block {
    final @Nullable Block before;
    final @Nullable IntBuffer tokens;
    final @Nullable NativeBuffer kept;
    final Map<IntBuffer, Block> behind = new HashMap<>();
    long used;

    Block(@Nullable Block before, @Nullable IntBuffer tokens, @Nullable NativeBuffer kept) {
      this.before = before;
      this.tokens = tokens;
      this.kept = kept;
    }
  }

  /**
   * @param block tokens of a block
   * @param tokenBytes keys and values of one token, in bytes
   * @param mostBytes of all that is kept
   */
  PrefixPool(int block, long tokenBytes, long mostBytes) {
    this.block = block;
    this.blockBytes = block * tokenBytes;
    this.mostBytes = mostBytes;
  }

  /** Tokens of a block. */
  int block() {
    return block;
  }

  synchronized long bytes() {
    return blocks.size() * blockBytes;
  }

  /**
   * Fills an empty sequence with what is known of a prompt.
   *
   * @return tokens of the prompt that the sequence has now; two fewer than the prompt has, or less
   */
  synchronized int restore(Sequence sequence, int[] prompt) throws TaskException {
    Block at = root;
    int done = 0;
    while (prompt.length - done > block + 1) {
      Block next = at.behind.get(tokens(prompt, done));
      if (next == null || next.kept == null) {
        break;
      }
      sequence.append(next.kept.bytes(), block, prompt.length);
      next.used = ++clock;
      at = next;
      done += block;
    }
    return done;
  }

  /**
   * Keeps the whole blocks of a prompt that a sequence holds, as far as there is memory. A block
   * with one token behind it may have been cut before its end, see {@link Sequence#evaluate}.
   */
  synchronized void keep(Sequence sequence, int[] prompt) {
    Block at = root;
    int whole = prompt.length % block == 1 ? prompt.length - 2 : prompt.length;
    for (int done = 0; whole - done >= block; done += block) {
      IntBuffer tokens = tokens(prompt, done);
      Block next = at.behind.get(tokens);
      if (next == null) {
        at.used = ++clock;
        if (!makeRoom(at)) {
          return;
        }
        NativeBuffer kept;
        try {
          kept = NativeBuffer.allocate(blockBytes);
        } catch (OutOfMemoryError e) {
          return; // The request needs nothing of it.
        }
        sequence.copy(done, block, kept.bytes());
        next = new Block(at, tokens, kept);
        at.behind.put(tokens, next);
        blocks.add(next);
      }
      next.used = ++clock;
      at = next;
    }
  }

  /** Makes room for one more block, never by the one that it is to stand behind. */
  private boolean makeRoom(Block behind) {
    while (bytes() + blockBytes > mostBytes) {
      Block least = leastUsed();
      if (least == null || least == behind || blockBytes > mostBytes) {
        return false;
      }
      remove(least);
    }
    return true;
  }

  private @Nullable Block leastUsed() {
    return blocks.stream()
        .filter(each -> each.behind.isEmpty())
        .min(Comparator.comparingLong(each -> each.used))
        .orElse(null);
  }

  private void remove(Block gone) {
    blocks.remove(gone);
    if (gone.before != null && gone.tokens != null) {
      gone.before.behind.remove(gone.tokens);
    }
    if (gone.kept != null) {
      gone.kept.close();
    }
  }

  private IntBuffer tokens(int[] prompt, int from) {
    return IntBuffer.wrap(Arrays.copyOfRange(prompt, from, from + block));
  }

  @Override
  public synchronized void close() {
    mostBytes = 0;
    while (!blocks.isEmpty()) {
      remove(Objects.requireNonNull(leastUsed()));
    }
  }
}
