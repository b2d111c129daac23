package dev.bantam.inference.session;

import dev.bantam.spi.TaskException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of beginnings of prompts, so that a prompt that begins as one before does not
 * have them computed again. It belongs to one loaded model, and a beginning is found by its very
 * tokens: blocks form a tree, each behind the one before it. What is computed behind kept blocks is
 * what it would be without them, to the bit: either blocks are as long as the chunks that prompts
 * are evaluated in, or runs may be cut anywhere, if only no token is alone that otherwise would not
 * be. When the memory is used up, the block goes that was used longest ago and has none behind it.
 * What has been of use more than once may be kept in a {@link PrefixFile}, too.
 *
 * <p>Safe for use by many threads.
 */
final class PrefixPool implements AutoCloseable {

  /** Keeps nothing. */
  static final PrefixPool EMPTY = new PrefixPool(Integer.MAX_VALUE / 2, 1, 0);

  /** So often a block must have been of use before it is worth a place on disk. */
  private static final int WORTH_SAVING = 2;

  private final int block;
  private final long blockBytes;
  private final PrefixBlock root = PrefixBlock.root();
  private final Set<PrefixBlock> blocks = new HashSet<>();
  private Optional<PrefixSaver> saver = Optional.empty();
  private long mostBytes;
  private long clock;

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

  /** What a file for this pool holds of each block. */
  PrefixFile.Form form() {
    return new PrefixFile.Form(block, blockBytes);
  }

  /**
   * Takes in what a file holds, as far as there is memory, and has blocks saved to it from now on
   * that have been of use more than once.
   */
  synchronized void saveTo(PrefixFile file) {
    PrefixSaver owner = new PrefixSaver(file);
    saver = Optional.of(owner);
    List<PrefixBlock> read = new ArrayList<>();
    owner.read((index, before, tokens, bytes) -> take(read, index, before, tokens, bytes));
  }

  private boolean take(
      List<PrefixBlock> read, int index, int before, IntBuffer tokens, ByteBuffer bytes) {
    PrefixBlock at = before < 0 ? root : read.get(before);
    PrefixBlock block = at.behind.get(tokens);
    if (block == null) {
      Optional<NativeBuffer> memory =
          bytes() + blockBytes > mostBytes ? Optional.empty() : allocated();
      if (memory.isEmpty()) {
        return false;
      }
      memory.get().bytes().put(bytes);
      block = at.add(tokens, memory.get());
      blocks.add(block);
    }
    block.index = index;
    block.isAsked = true;
    block.used = ++clock;
    read.add(block);
    return true;
  }

  private Optional<NativeBuffer> allocated() {
    try {
      return Optional.of(NativeBuffer.allocate(blockBytes));
    } catch (OutOfMemoryError e) {
      return Optional.empty(); // The request needs nothing of it.
    }
  }

  long blockBytes() {
    return blockBytes;
  }

  /**
   * Copies what is kept of a block, for the saver.
   *
   * @return the record that it stands behind; empty if the block is gone, or what it stands behind
   *     is not in the file
   */
  synchronized OptionalInt copy(PrefixBlock wanted, ByteBuffer target) {
    PrefixBlock before = wanted.before;
    if (before == null
        || !(before.isRoot() || before.index != PrefixBlock.UNSAVED)
        || wanted.kept == null
        || !blocks.contains(wanted)) {
      wanted.isAsked = false;
      return OptionalInt.empty();
    }
    target.put(wanted.kept.bytes());
    return OptionalInt.of(before.isRoot() ? PrefixBlock.NOTHING_BEFORE : before.index);
  }

  synchronized void saved(PrefixBlock written, int index) {
    written.index = index;
  }

  /** The file is empty. */
  synchronized void forgetSaved() {
    for (PrefixBlock each : blocks) {
      each.index = PrefixBlock.UNSAVED;
      each.isAsked = false;
    }
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
    PrefixBlock at = root;
    int done = 0;
    while (prompt.length - done > block + 1) {
      PrefixBlock next = at.behind.get(tokens(prompt, done));
      if (next == null || next.kept == null) {
        break;
      }
      sequence.append(next.kept.bytes(), block, prompt.length);
      next.used = ++clock;
      next.reused++;
      saveIfWorth(next);
      at = next;
      done += block;
    }
    return done;
  }

  private void saveIfWorth(PrefixBlock useful) {
    if (saver.isPresent() && !useful.isAsked && useful.reused >= WORTH_SAVING) {
      useful.isAsked = true;
      saver.get().save(this, useful);
    }
  }

  /**
   * Keeps the whole blocks of a prompt that a sequence holds, as far as there is memory. A block
   * with one token behind it may have been cut before its end, see {@link Sequence#evaluate}.
   */
  synchronized void keep(Sequence sequence, int[] prompt) {
    PrefixBlock at = root;
    int whole = prompt.length % block == 1 ? prompt.length - 2 : prompt.length;
    for (int done = 0; whole - done >= block; done += block) {
      IntBuffer tokens = tokens(prompt, done);
      PrefixBlock next = at.behind.get(tokens);
      if (next == null) {
        at.used = ++clock;
        if (!makeRoom(at)) {
          return;
        }
        Optional<NativeBuffer> kept = allocated();
        if (kept.isEmpty()) {
          return;
        }
        sequence.copy(done, block, kept.get().bytes());
        next = at.add(tokens, kept.get());
        blocks.add(next);
      }
      next.used = ++clock;
      at = next;
    }
  }

  /** Makes room for one more block, never by the one that it is to stand behind. */
  private boolean makeRoom(PrefixBlock behind) {
    while (bytes() + blockBytes > mostBytes) {
      PrefixBlock least = leastUsed();
      if (least == null || least == behind || blockBytes > mostBytes) {
        return false;
      }
      remove(least);
    }
    return true;
  }

  private @Nullable PrefixBlock leastUsed() {
    return blocks.stream()
        .filter(each -> each.behind.isEmpty())
        .min(Comparator.comparingLong(each -> each.used))
        .orElse(null);
  }

  private void remove(PrefixBlock gone) {
    blocks.remove(gone);
    if (gone.before != null) {
      gone.before.behind.remove(gone.tokens());
    }
    if (gone.kept != null) {
      gone.kept.close();
    }
  }

  private IntBuffer tokens(int[] prompt, int from) {
    return IntBuffer.wrap(Arrays.copyOfRange(prompt, from, from + block));
  }

  @Override
  public void close() {
    // The saver asks for blocks while it ends, so this must not hold what it waits for.
    saver.ifPresent(PrefixSaver::close);
    clear();
  }

  private synchronized void clear() {
    mostBytes = 0;
    while (!blocks.isEmpty()) {
      remove(Objects.requireNonNull(leastUsed()));
    }
  }
}
