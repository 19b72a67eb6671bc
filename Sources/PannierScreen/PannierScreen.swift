// PannierScreen
