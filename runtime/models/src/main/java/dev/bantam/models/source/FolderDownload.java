package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.PullEvent;
import dev.bantam.models.PullListener;
import dev.bantam.models.catalog.CatalogEntry;
import dev.bantam.models.catalog.CatalogFile;
import dev.bantam.models.catalog.SourceSpec;
import dev.bantam.models.store.Failures;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the folder of a model together that has several files. */
public final class FolderDownload {

  private final Downloader downloader;

  public FolderDownload(Downloader downloader) {
    this.downloader = downloader;
  }

  /**
   * Fetches each file as {@link Downloader#fetch} does.
   *
   * @return a folder of the model's name in {@code transfer}'s folder of work
   */
  public Path fetch(CatalogEntry entry, Transfer transfer) throws ModelException {
    Path folder = transfer.work().resolve(entry.name());
    Transfer each =
        new Transfer(
            transfer.work(), transfer.partials(), new EachSourceOnce(transfer.listener()), true);
    for (CatalogFile file : entry.files()) {
      fetch(entry, file, folder.resolve(file.file()), each);
    }
    return folder;
  }

  private void fetch(CatalogEntry entry, CatalogFile file, Path target, Transfer transfer)
      throws ModelException {
    try {
      Files.createDirectories(target.resolveSibling(""));
      if (file.content().isPresent()) {
        Files.writeString(target, file.content().get());
        return;
      }
    } catch (IOException e) {
      throw Failures.writing(target, file.size(), e);
    }
    List<SourceSpec> sources =
        entry.sources().stream().map(source -> source.below(file.file())).toList();
    Wanted wanted = new Wanted(file.file(), file.size(), file.sha256());
    place(downloader.fetch(entry.name(), wanted, sources, transfer), target, file.size());
  }

  /** The file itself stays where it is: a later attempt finds it there. */
  private static void place(Path file, Path target, long size) throws ModelException {
    try {
      try {
        Path unused = Files.createLink(target, file);
      } catch (FileSystemException | UnsupportedOperationException e) {
        Path unused = Files.copy(file, target);
      }
    } catch (IOException e) {
      throw Failures.writing(target, size, e);
    }
  }

  /** One line for each source is enough, however many files it has. */
  private static final class EachSourceOnce implements PullListener {

    private final PullListener listener;
    private @Nullable PullEvent last;

    EachSourceOnce(PullListener listener) {
      this.listener = listener;
    }

    @Override
    public void event(PullEvent event) {
      if (!(event instanceof PullEvent.Trying)) {
        listener.event(event);
      } else if (!event.equals(last)) {
        last = event;
        listener.event(event);
      }
    }
  }
}
