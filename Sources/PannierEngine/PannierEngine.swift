// PannierEngine
