// PannierChunks
