"""Where objects may be kept: in S3, in a folder of this machine, or in this process's memory."""
