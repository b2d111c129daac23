package dev.bantam.models.importer;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobSink;
import dev.bantam.models.store.BlobWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Blobs as plain files of a folder. */
final class FolderBlobs implements BlobSink {

  private final Path folder;

  FolderBlobs(Path folder) {
    this.folder = folder;
  }

  Path path(Blob blob) {
    return folder.resolve(blob.sha256());
  }

  @Override
  public BlobWriter open() throws ModelException {
    try {
      return new Writer(Files.createTempFile(folder, "blob", ".tmp"));
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new ModelException(Kind.IO, "no blob can be opened", e);
    }
  }

  private final class Writer implements BlobWriter {

    private final Path temporary;
    private final FileChannel channel;
    private final MessageDigest digest = MessageDigest.getInstance("SHA-256");
    private long position;

    Writer(Path temporary) throws IOException, NoSuchAlgorithmException {
      this.temporary = temporary;
      this.channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
    }

    @Override
    public void write(ByteBuffer bytes) throws ModelException {
      digest.update(bytes.duplicate());
      position += bytes.remaining();
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (IOException e) {
        throw new ModelException(Kind.IO, "the blob cannot be written", e);
      }
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public Blob commit() throws ModelException {
      Blob blob = new Blob(HexFormat.of().formatHex(digest.digest()), position);
      try {
        channel.close();
        Files.move(temporary, path(blob), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new ModelException(Kind.IO, "the blob cannot be named", e);
      }
      return blob;
    }

    @Override
    public void close() {
      try {
        channel.close();
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
