package dev.bantam.models.source;

import dev.bantam.models.PullListener;
import java.nio.file.Path;

/**
 * The surroundings of one download.
 *
 * @param work a folder that goes when the operation ends
 * @param partials a folder that stays, where a broken transfer is taken up again; used by one
 *     operation at a time
 * @param listener told of progress
 * @param keepsPackages whether an archive stays in {@code partials}, for more files are to come
 */
public record Transfer(Path work, Path partials, PullListener listener, boolean keepsPackages) {

  /** For one file. */
  public Transfer(Path work, Path partials, PullListener listener) {
    this(work, partials, listener, false);
  }

  /** Where an unfinished file grows. */
  Path partial(Wanted wanted) {
    return partials.resolve(wanted.sha256() + ".part");
  }

  /** Where a file lies once its digest was found right. */
  Path complete(Wanted wanted) {
    return partials.resolve(wanted.sha256());
  }
}
