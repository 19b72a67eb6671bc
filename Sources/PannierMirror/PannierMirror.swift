// PannierMirror
